import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { document, type HostileKind, sense } from './kinds.ts';

const MB = 1024 * 1024;

/** A page with a link to the file. Its crawl lists the file, which is then added. */
const file = (name: string, path: string, type: string, body: string | Uint8Array): HostileKind => ({
  name: `file: ${name}`,
  answers: {
    '/hostile': document(`<p>${sense}</p><a href="${path}">A file</a>`),
    [path]: { headers: { 'content-type': type }, body },
  },
});

/** An archive of one file of blanks. */
function zipOfBlanks(bytes: number, name: string): Buffer {
  const data = deflateRawSync(Buffer.alloc(bytes, 32));
  const named = Buffer.from(name);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(bytes, 8);
  const entry = Buffer.concat([
    Buffer.from('14000000080000000000', 'hex'),
    sizes,
    Buffer.from([named.length, 0]),
  ]);
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), entry, Buffer.alloc(2), named, data]);
  const central = Buffer.concat([Buffer.from('504b01021400', 'hex'), entry, Buffer.alloc(16), named]);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

const own: readonly HostileKind[] = [
  file('an archive that becomes 500 MB', '/bomb.zip', 'application/zip', zipOfBlanks(500 * MB, 'blanks.txt')),
  file(
    'an archive that leads out of its folder',
    '/slip.zip',
    'application/zip',
    zipOfBlanks(9, '../../../../tmp/x'),
  ),
  file(
    'a PDF that is cut off',
    '/cut.pdf',
    'application/pdf',
    '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0',
  ),
  file(
    'a PDF of noise',
    '/noise.pdf',
    'application/pdf',
    Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(MB)]),
  ),
  file('a PDF that is a page', '/page.pdf', 'application/pdf', document(`<p>${sense}`)),
  file(
    'a document that is an archive',
    '/bomb.docx',
    'application/octet-stream',
    zipOfBlanks(500 * MB, 'word/document.xml'),
  ),
  file('a table of 90 MB', '/large.csv', 'text/csv', 'a,b\n'.repeat(22 * MB)),
  file(
    'a program',
    '/program.pdf',
    'application/pdf',
    Buffer.concat([Buffer.from('7f454c46', 'hex'), randomBytes(9_000)]),
  ),
];

/** Beside our own those of the folder `archives` of public reference sets, where the caller has them. */
export function hostileFiles(dataDir: string | undefined): readonly HostileKind[] {
  if (dataDir === undefined) return own;
  const archives = join(dataDir, 'security/archives');
  const given = readdirSync(archives).toSorted();
  return [
    ...own,
    ...given.map((name, at) =>
      file(name.slice(0, 60), `/archive-${at}.zip`, 'application/zip', readFileSync(join(archives, name))),
    ),
  ];
}
