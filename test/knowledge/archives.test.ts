import { describe, expect, test } from 'vitest';
import { readFileOf } from './read-file.ts';
import { zipOf } from './zip-file.ts';

const read = (bytes: Uint8Array) => readFileOf('papers.zip', bytes);

describe('an archive', () => {
  test('is told as its documents, each below its name; one that can not be read is named', async () => {
    const { text, parts } = await read(
      zipOf({
        'a/notes.txt': 'Open at nine.',
        '__MACOSX/x': 'x',
        'b.bin': Uint8Array.from([0, 1, 2, 200]),
        'c.md': '# Fares',
      }),
    );
    expect(text).toBe('a/notes.txt\n\nOpen at nine.\n\nc.md\n\nFares');
    expect(parts.map(({ problem }) => problem)).toEqual([
      undefined,
      expect.stringContaining('b.bin: '),
      undefined,
    ]);
  });

  test('within an archive is read, down to some depth', async () => {
    let inner = zipOf({ 'notes.txt': 'Open at nine.' });
    for (let depth = 0; depth < 2; depth += 1) inner = zipOf({ 'inner.zip': inner });
    expect((await read(inner)).text).toContain('Open at nine.');
    const deeper = await read(zipOf({ 'inner.zip': inner }));
    expect(deeper.text).not.toContain('Open');
    expect(JSON.stringify(deeper.parts)).toContain('nested deeper');
  });

  test.each<[string, Uint8Array, string]>([
    ['that writes elsewhere', zipOf({ '../../etc/passwd': 'x' }), 'outside of its folder'],
    ['that writes to the root', zipOf({ '/etc/passwd': 'x' }), 'outside of its folder'],
    ['with a symbolic link', zipOf({ a: 'x' }, { a: { attributes: 0o120777 * 0x10000 } }), 'symbolic link'],
    ['that is encrypted', zipOf({ a: 'x' }, { a: { flags: 1 } }), 'encrypted'],
    ['that unpacks to much', zipOf({ a: Buffer.alloc(11 * 1024 * 1024) }), 'more than 150 times'],
    ['that says it unpacks to too much', zipOf({ a: 'x' }, { a: { size: 300 * 1024 * 1024 } }), 'MB'],
    ['without documents', zipOf({ '.DS_Store': 'x' }), 'no documents'],
    ['that is cut short', zipOf({ a: 'x'.repeat(500) }).subarray(0, 60), 'cut short'],
  ])('%s is refused', async (_, bytes, reason) => {
    await expect(read(bytes)).rejects.toThrow(reason);
  });

  test.each([
    ['unpacks to more than it says', { size: 1 }],
    ['has a wrong checksum', { checksum: 1 }],
  ])('with a file that %s names it', async (_, lie) => {
    const { parts } = await read(zipOf({ 'a.txt': 'x'.repeat(100), 'b.txt': 'whole' }, { 'a.txt': lie }));
    expect(parts.map(({ problem }) => problem)).toEqual([expect.stringContaining('a.txt: '), undefined]);
  });
});

test.each([
  ['doc', 'WordDocument', 'save it as .docx'],
  ['encrypted file', 'EncryptedPackage', 'password'],
])('an old or closed %s says what to do', async (_, stream, reason) => {
  const bytes = Buffer.alloc(2_048);
  bytes.write('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1');
  bytes.write(`${stream}\0`, 1_024, 'utf16le');
  await expect(readFileOf('a.docx', bytes)).rejects.toThrow(reason);
});
