import { createReadStream } from 'node:fs';

/** What a compound file of Microsoft (OLE) holds. */
export type CompoundFileType = 'doc' | 'xls' | 'ppt' | 'encrypted' | 'other';

/**
 * The names of the streams by which programs know their own files, as [MS-DOC], [MS-XLS], [MS-PPT] and [MS-OFFCRYPTO]
 * say.
 */
const streams: readonly (readonly [type: CompoundFileType, name: string])[] = [
  ['doc', 'WordDocument'],
  ['xls', 'Workbook'],
  ['xls', 'Book'],
  ['ppt', 'PowerPoint Document'],
  ['encrypted', 'EncryptedPackage'],
];

/** In bytes. Each name stands at the beginning of an entry of the directory, in UTF-16 with a zero behind it. */
const entryLength = 128;

/** Reads the names in the directory of a compound file, wherever in the file its sectors lie. */
export async function compoundFileType(path: string): Promise<CompoundFileType> {
  const wanted = streams.map(([type, name]) => ({ type, name: Buffer.from(`${name}\0`, 'utf16le') }));
  const found = new Set<CompoundFileType>();
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const bytes: Buffer = piece;
    for (const { type, name } of wanted)
      for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1))
        if (at % entryLength === 0) found.add(type);
  }
  return streams.find(([type]) => found.has(type))?.[0] ?? 'other';
}
