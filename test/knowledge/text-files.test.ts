import { describe, expect, test } from 'vitest';
import { readFileOf } from './read-file.ts';

describe('a plain text', () => {
  test('is told in its paragraphs', async () => {
    const { parts } = await readFileOf('notes.txt', 'The hall\nopens.\n\nAt nine.');
    expect(parts.flatMap(part => part.blocks)).toEqual([
      { kind: 'text', text: 'The hall\nopens.' },
      { kind: 'text', text: 'At nine.' },
    ]);
  });

  test.each<[string, Uint8Array]>([
    ['UTF-8 with a mark', Buffer.from('\ufeffÅse wohnt in Gdańsk')],
    ['UTF-16 with a mark', Buffer.from('\ufeffÅse wohnt in Gdańsk', 'utf16le')],
    ['UTF-16 without one', Buffer.from('Åse wohnt in Gdańsk', 'utf16le')],
  ])('is decoded from %s', async (_, bytes) => {
    expect((await readFileOf('notes.txt', bytes)).text).toBe('Åse wohnt in Gdańsk');
  });

  test('in windows-1252 is decoded, whose last character UTF-8 does not have', async () => {
    const bytes = Buffer.from('Das Schwimmbad öffnet für Gäste um zehn. Größe', 'latin1');
    expect((await readFileOf('bad.txt', bytes)).text).toContain('öffnet für Gäste um zehn. Größe');
  });
});

describe('rows of cells', () => {
  test.each([
    ['commas', 'Boat,Length\nTern,7\nKrill,8\n'],
    ['tabs', 'Boat\tLength\nTern\t7\nKrill\t8\n'],
    ['bars', 'Boat|Length\r\nTern|7\r\nKrill|8\r\n'],
    ['semicolons, as Excel says', 'sep=;\nBoat;Length\nTern;7\nKrill;8'],
    ['quotes and blanks', 'Boat, "Length"\nTern, "7"\n\nKrill, "8"'],
  ])('are told apart by %s', async (_, content) => {
    expect((await readFileOf('boats.csv', content)).rows).toEqual(['Boat | Length', 'Tern | 7', 'Krill | 8']);
  });

  test('keep commas of numbers, and lines within a cell', async () => {
    const { rows } = await readFileOf(
      'p.csv',
      'Boat;Price;Note\nMöwe;1.250,00;"two\nmasts"\nKrabbe;899,50;one',
    );
    expect(rows[1]).toBe('Möwe | 1.250,00 | two masts');
  });

  test('with a quotation mark that has no end are read all the same', async () => {
    const { rows } = await readFileOf('p.csv', 'Part,Price\n"5"" bolt,3\n6" pipe,4\n"7 pins,5\n');
    expect(rows).toHaveLength(4);
  });

  test('of different lengths get cells until all are alike', async () => {
    const { rows } = await readFileOf('p.csv', 'a,b,c\nx,y\nx,y,z,w\nx,y,z\nx,y,z');
    expect(rows.slice(0, 3)).toEqual(['a | b | c | ', 'x | y |  | ', 'x | y | z | w']);
  });

  test.each([
    ['numbers', 'Hansen,310.00\nIversen,77.15\nJuhl,12.00'],
    ['addresses', 'Hansen,h@hall.example\nJuhl,j@hall.example'],
    ['codes', 'Hansen,K-17\nJuhl,K-22'],
  ])('without names of columns get counted ones: their first row holds %s', async (_, content) => {
    expect((await readFileOf('p.csv', content)).rows.slice(0, 2)).toEqual([
      'Column 1 | Column 2',
      expect.stringContaining('Hansen'),
    ]);
  });

  test.each([
    ['years', 'Town,2024,2025\nBergen,12,13\nOslo,14,15'],
    ['numbered names', 'Name,Phone 1\nAda,555 01\nPer,555 02'],
  ])('may have %s as names of columns', async (_, content) => {
    expect((await readFileOf('p.csv', content)).rows[0]).toBe(content.split('\n')[0]?.replaceAll(',', ' | '));
  });

  test('stand below the names of the columns, however many they are', async () => {
    const lines = Array.from({ length: 3_000 }, (_, row) => `E${row},mud ${row}`);
    const { parts, rows } = await readFileOf('log.csv', `Entry,Ground\n${lines.join('\n')}`);
    const tables = parts.flatMap(part => part.blocks);
    expect(tables.every(({ text }) => text.startsWith('Entry | Ground\n'))).toBe(true);
    expect(rows).toHaveLength(3_000 + tables.length);
  });
});

describe('a file', () => {
  test.each<[string, string, string | Uint8Array, string]>([
    ['without a byte', 'a.txt', '', 'is empty'],
    ['without a word', 'a.txt', ' \n\n ', 'no text'],
    ['of bytes without text', 'a.txt', Uint8Array.from([11, 84, 157, 0, 1, 2]), 'type is unknown'],
    ['of the wrong name', 'a.txt', '{\\rtf1 text}', 'save it as .docx'],
  ])('%s is refused', async (_, name, content, reason) => {
    await expect(readFileOf(name, content)).rejects.toThrow(reason);
  });
});

test('Markdown is told as its reader sees it', async () => {
  const source =
    '---\ntags: x\n---\n# Fares\n\nA **return** costs [two](https://a.example).\n\n1. Pay\n   - cash\n2. Board\n\n| Boat | Price |\n|---|---|\n| Tern | 7 |\n\n```\nx = 1\n```\n';
  const { parts } = await readFileOf('fares.md', source);
  expect(parts.flatMap(part => part.blocks)).toEqual([
    { kind: 'heading', level: 1, text: 'Fares' },
    { kind: 'text', text: 'A return costs two.' },
    { kind: 'list', text: '1. Pay\n  - cash\n2. Board' },
    { kind: 'table', text: 'Boat | Price\nTern | 7' },
    { kind: 'code', text: 'x = 1' },
  ]);
});

test('a page is read as one, whatever its name is', async () => {
  const { text, title } = await readFileOf(
    'letter.doc',
    '<html><head><title>Letter</title><script>x</script></head><body><p>Water is shut off on the ninth from ten to noon.</p></body></html>',
  );
  expect(title).toBe('Letter');
  expect(text).toBe('Water is shut off on the ninth from ten to noon.');
});
