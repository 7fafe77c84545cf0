import { describe, expect, test } from 'vitest';
import { numberFormat } from '../../functions/knowledge/parse/office/number-format.ts';
import { readFileOf } from './read-file.ts';
import { officeFile, relationsFile } from './zip-file.ts';

const workbookOf = (
  sheets: Readonly<Record<string, string>>,
  { state = {}, parts = {} }: { state?: Record<string, string>; parts?: Record<string, string> } = {},
) => {
  const names = Object.keys(sheets);
  return officeFile(
    'xl/workbook.xml',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
    {
      'xl/workbook.xml': `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>${names
        .map((name, at) => `<sheet name="${name}" ${state[name] ?? ''} r:id="s${at}"/>`)
        .join('')}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': relationsFile({
        st: ['styles', 'styles.xml'],
        ...Object.fromEntries(
          names.map((_, at) => [`s${at}`, ['worksheet', `worksheets/sheet${at}.xml`]] as const),
        ),
      }),
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
      ...Object.fromEntries(
        Object.values(sheets).map((sheet, at) => [
          `xl/worksheets/sheet${at}.xml`,
          `<worksheet>${sheet}</worksheet>`,
        ]),
      ),
      ...parts,
    },
  );
};

const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const row = (at: number, cells: Readonly<Record<string, string>>, attributes = '') =>
  `<row r="${at}" ${attributes}>${Object.entries(cells)
    .map(([column, text]) => cell(`${column}${at}`, text))
    .join('')}</row>`;
const data = (...rows: string[]) => `<sheetData>${rows.join('')}</sheetData>`;
const read = async (sheet: string) => readFileOf('a.xlsx', workbookOf({ Rates: sheet }));

describe('a sheet', () => {
  test('stands below its name, its titles above the table', async () => {
    const { text } = await read(
      data(row(1, { B: 'Harbour board' }), row(3, { B: 'Boat', C: 'Flag' }), row(4, { B: 'Tern', C: 'NO' })),
    );
    expect(text).toBe('Rates\n\nHarbour board\n\nBoat | Flag\nTern | NO');
  });

  test('says in each row what is merged down, and its title once', async () => {
    const merges = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A3:A4"/></mergeCells>';
    const { text } = await read(
      data(
        row(1, { A: 'Roster' }),
        row(2, { A: 'Station', B: 'Name' }),
        row(3, { A: 'Tower', B: 'Ada' }),
        row(4, { B: 'Mia' }),
      ) + merges,
    );
    expect(text).toBe('Rates\n\nRoster\n\nStation | Name\nTower | Ada\nTower | Mia');
  });

  test('has two tables beside each other told apart', async () => {
    const { parts } = await read(
      data(
        row(1, { A: 'Pilot', B: 'Licence', D: 'Tug', E: 'Pull' }),
        row(2, { A: 'Berg', B: 'P19', D: 'Grim', E: '61' }),
      ),
    );
    expect(parts.flatMap(part => part.blocks).slice(1)).toEqual([
      { kind: 'table', text: 'Pilot | Licence\nBerg | P19' },
      { kind: 'table', text: 'Tug | Pull\nGrim | 61' },
    ]);
  });

  test('keeps the names of columns over an empty row', async () => {
    const { rows } = await read(
      data(row(1, { A: 'Boat', B: 'Length' }), row(2, { A: 'Tern', B: '7' }), row(4, { A: 'Krill', B: '8' })),
    );
    expect(rows).toEqual(['Boat | Length', 'Tern | 7', 'Boat | Length', 'Krill | 8']);
  });

  test('tells no hidden rows and columns, values of formulas, and dates as they are shown', async () => {
    const { text } = await read(
      `<cols><col min="2" max="2" hidden="1"/></cols>${data(
        row(1, { A: 'Ship', B: 'Secret', C: 'Sails' }),
        `<row r="2">${cell('A2', 'Ragna')}${cell('B2', 'x')}<c r="C2" s="1"><f>TODAY()</f><v>46095</v></c></row>`,
        row(3, { A: 'Hidden' }, 'hidden="1"'),
      )}`,
    );
    expect(text).toBe('Rates\n\nShip | Sails\nRagna | 14.03.2026');
  });
});

test('hidden sheets are left out, and noted', async () => {
  const bytes = workbookOf(
    { Open: data(row(1, { A: 'seen' })), Shut: data(row(1, { A: 'secret' })) },
    { state: { Shut: 'state="veryHidden"' }, parts: { 'xl/vbaProject.bin': 'macro' } },
  );
  const { text, notes } = await readFileOf('a.xlsx', bytes);
  expect(text).toBe('Open\n\nseen');
  expect(notes).toEqual(['its macros were ignored', 'hidden sheets were left out: 1']);
});

test.each([
  [0.125, '0.0%', '12.5%'],
  [1234.5, '[$€-2] #,##0.00', '€ 1,234.50'],
  [-350.25, '#,##0.00_);[Red]\\(#,##0.00\\)', '(350.25)'],
  [1.25, '[h]:mm', '30:00'],
  [46095.28125, 'yyyy-mm-dd hh:mm', '2026-03-14 06:45'],
  [0.75, 'h:mm AM/PM', '6:00 PM'],
  [7, '00000', '00007'],
  [5550134, '000-0000', '555-0134'],
  [1234567, '#,##0,"k"', '1,235k'],
  [0.3, '0.##', '0.3'],
  [0.1 + 0.2, 'General', '0.3'],
  [5, ';;;', ''],
])('%s in the format %s is shown as %s', (value, code, shown) => {
  expect(numberFormat(164, code, false)(value)).toBe(shown);
});
