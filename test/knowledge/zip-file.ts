import { crc32, deflateRawSync } from 'node:zlib';

/** How an entry shall lie about itself. */
export interface Lie {
  readonly size?: number;
  readonly flags?: number;
  readonly attributes?: number;
  readonly checksum?: number;
}

/** A ZIP archive of files by their names, written here byte for byte. */
export function zipOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  lies: Readonly<Record<string, Lie>> = {},
): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const lie = lies[name] ?? {};
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const names = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(lie.flags ?? 0x800, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(lie.checksum ?? crc32(plain), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(lie.size ?? plain.length, 18);
    shared.writeUInt16LE(names.length, 22);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(lie.attributes ?? 0, 6);
    central.writeUInt32LE(offset, 10);
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), shared, names, packed]);
    bodies.push(body);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), shared, central, names]));
    offset += body.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, entries, end]);
}

const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The list of relations of a part: type and target by id. */
export const relationsFile = (
  all: Readonly<Record<string, readonly [type: string, target: string]>>,
): string =>
  `<Relationships>${Object.entries(all)
    .map(
      ([id, [type, target]]) =>
        `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"${/^https?:/.test(target) ? ' TargetMode="External"' : ''}/>`,
    )
    .join('')}</Relationships>`;

/** An Office file: its main part, the content type of that, and its other parts. */
export const officeFile = (
  main: string,
  contentType: string,
  parts: Readonly<Record<string, string | Uint8Array>>,
): Buffer =>
  zipOf({
    '[Content_Types].xml': `<Types><Override PartName="/${main}" ContentType="${contentType}"/></Types>`,
    '_rels/.rels': relationsFile({ r1: ['officeDocument', main] }),
    ...parts,
  });
