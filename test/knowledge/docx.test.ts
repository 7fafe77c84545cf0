import { describe, expect, test } from 'vitest';
import { readFileOf } from './read-file.ts';
import { officeFile, relationsFile } from './zip-file.ts';

const styles = `<w:styles xmlns:w="w"><w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>
  <w:style w:styleId="H2"><w:name w:val="Own"/><w:basedOn w:val="H"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
  <w:style w:styleId="V"><w:name w:val="Veiled"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`;
const numbering = `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`;
const relations = {
  s: ['styles', 'styles.xml'],
  n: ['numbering', 'numbering.xml'],
  f: ['footnotes', 'footnotes.xml'],
  h: ['header', 'header1.xml'],
  l: ['hyperlink', 'https://bus.example.org/9'],
  c: ['chart', 'charts/chart1.xml'],
} as const;

const documentOf = (body: string, parts: Readonly<Record<string, string>> = {}) =>
  officeFile(
    'word/document.xml',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
    {
      'word/document.xml': `<w:document xmlns:w="w" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>${body}</w:body></w:document>`,
      'word/_rels/document.xml.rels': relationsFile(relations),
      'word/styles.xml': styles,
      'word/numbering.xml': numbering,
      ...parts,
    },
  );
const read = async (body: string, parts?: Readonly<Record<string, string>>) =>
  readFileOf('a.docx', documentOf(body, parts));
const blocksOf = async (body: string, parts?: Readonly<Record<string, string>>) =>
  (await read(body, parts)).parts.flatMap(part => part.blocks);

const run = (text: string, properties = '') =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const p = (content: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${content}</w:p>`;
const item = (text: string, level: number) =>
  p(run(text), `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>`);
const cell = (text: string, properties = '') => `<w:tc><w:tcPr>${properties}</w:tcPr>${p(run(text))}</w:tc>`;
const row = (...cells: string[]) => `<w:tr>${cells.join('')}</w:tr>`;

describe('of a document', () => {
  test('headings are told by their styles and levels', async () => {
    expect(
      await blocksOf(
        p(run('Ferry'), '<w:pStyle w:val="H"/>') + p(run('Fares'), '<w:pStyle w:val="H2"/>') + p(run('Two.')),
      ),
    ).toEqual([
      { kind: 'heading', level: 1, text: 'Ferry' },
      { kind: 'heading', level: 2, text: 'Fares' },
      { kind: 'text', text: 'Two.' },
    ]);
  });

  test('lists go on with their numbers', async () => {
    const { text } = await read(item('Call', 0) + item('bow', 1) + item('stern', 1) + item('Stop', 0));
    expect(text).toBe('1. Call\n  a) bow\n  b) stern\n2. Stop');
  });

  test.each([
    ['hidden', run('secret', '<w:vanish/>')],
    ['hidden by a style', run('secret', '<w:rStyle w:val="V"/>')],
    ['white on white', run('secret', '<w:color w:val="FFFFFF"/>')],
    ['deleted', '<w:del><w:r><w:delText>secret</w:delText></w:r></w:del>'],
    ['moved away', `<w:moveFrom>${run('secret')}</w:moveFrom>`],
    ['a prompt to write', `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>${run('secret')}</w:sdt>`],
    [
      'the instruction of a field',
      '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>secret</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
    ],
  ])('what is %s is not told', async (_, content) => {
    expect((await read(p(run('Seen ') + content + run('here')))).text).toBe('Seen here');
  });

  test.each([
    ['insertions', `<w:ins>${run('new')}</w:ins>`],
    ['what is not hidden after all', run('new', '<w:vanish w:val="0"/>')],
    ['white on black', run('new', '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')],
    [
      'results of fields',
      `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run('new')}<w:r><w:fldChar w:fldCharType="end"/></w:r>`,
    ],
  ])('%s are told', async (_, content) => {
    expect((await read(p(content))).text).toBe('new');
  });

  test('a link is followed by its address, where it does not show it', async () => {
    const { text } = await read(p(`<w:hyperlink r:id="l">${run('Line 9')}</w:hyperlink>`));
    expect(text).toBe('Line 9 (https://bus.example.org/9)');
  });

  test('a footnote is told once, behind the paragraph, and its mark does not grow on to the word', async () => {
    const mark = '<w:r><w:footnoteReference w:id="2"/></w:r>';
    const notes = `<w:footnotes xmlns:w="w"><w:footnote w:id="2">${p(run('In 1868.') + mark)}</w:footnote></w:footnotes>`;
    const { text } = await read(p(run('barley') + mark + mark) + p(run('end')), {
      'word/footnotes.xml': notes,
    });
    expect(text).toBe('barley\n\nIn 1868.\n\nend');
  });

  test('a text box is told once, though it is written twice', async () => {
    const box = `<w:txbxContent>${p(run('Force seven'))}</w:txbxContent>`;
    const both = `<mc:AlternateContent><mc:Choice><w:drawing>${box}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box}</w:pict></mc:Fallback></mc:AlternateContent>`;
    expect((await read(p(run('Winch') + `<w:r>${both}</w:r>`))).text).toBe('Winch\n\nForce seven');
  });

  test('a header is told once, and one that is not shown is not', async () => {
    const parts = {
      'word/header1.xml': `<w:hdr xmlns:w="w">${p(run('Tel. 0555 204'))}</w:hdr>`,
    };
    const section = (type: string) =>
      `<w:sectPr><w:headerReference w:type="${type}" r:id="h"/><w:headerReference w:type="${type}" r:id="h"/></w:sectPr>`;
    expect((await read(p(run('Body')) + section('default'), parts)).text).toBe('Tel. 0555 204\n\nBody');
    expect((await read(p(run('Body')) + section('first'), parts)).text).toBe('Body');
  });

  test('formulas are told on one line', async () => {
    const formula =
      '<m:oMath><m:r><m:t>v=</m:t></m:r><m:rad><m:deg/><m:e><m:f><m:num><m:r><m:t>GM</m:t></m:r></m:num><m:den><m:r><m:t>r</m:t></m:r></m:den></m:f></m:e></m:rad></m:oMath>';
    expect((await read(p(run('So ') + formula))).text).toBe('So v=√(GM/r)');
  });

  test('charts are told as tables', async () => {
    const chart =
      '<c:chartSpace><c:chart><c:title><a:p><a:t>Ducks</a:t></a:p></c:title><c:ser><c:tx><c:v>Tufted</c:v></c:tx><c:cat><c:pt idx="0"><c:v>2024</c:v></c:pt></c:cat><c:val><c:pt idx="0"><c:v>130</c:v></c:pt></c:val></c:ser></c:chart></c:chartSpace>';
    const { text } = await read(p('<w:r><w:drawing><c:chart r:id="c"/></w:drawing></w:r>'), {
      'word/charts/chart1.xml': chart,
    });
    expect(text).toBe('Ducks\n\n | Tufted\n2024 | 130');
  });
});

describe('a table', () => {
  test('says in each row what is merged down, and once what is merged across', async () => {
    const { rows } = await read(
      `<w:tbl>${row(cell('Watch'), cell('Name'), cell('Rank'))}${row(cell('First', '<w:vMerge w:val="restart"/>'), cell('Ada'), cell('mate'))}${row(cell('', '<w:vMerge/>'), cell('Off duty', '<w:gridSpan w:val="2"/>'))}</w:tbl>`,
    );
    expect(rows).toEqual(['Watch | Name | Rank', 'First | Ada | mate', 'First | Off duty | ']);
  });

  test('has names over several columns in each of them', async () => {
    const { rows } = await read(
      `<w:tbl>${row(cell('Dock'), cell('Rate', '<w:gridSpan w:val="2"/>'))}${row(cell(''), cell('winter'), cell('summer'))}${row(cell('Large'), cell('210'), cell('260'))}</w:tbl>`,
    );
    expect(rows[0]).toBe('Dock | Rate | Rate');
  });

  test('of one cell is what stands in it', async () => {
    expect(await blocksOf(`<w:tbl>${row(cell('Framed'))}</w:tbl>`)).toEqual([
      { kind: 'text', text: 'Framed' },
    ]);
  });
});

describe('a document is refused', () => {
  test.each([
    ['with entities of its own', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 'document type'],
    ['nested too deeply', '<w:x>'.repeat(300), 'nested'],
  ])('%s', async (_, begin, reason) => {
    await expect(read(`${begin}${p(run('&e;'))}`)).rejects.toThrow(reason);
  });

  test('that is cut short', async () => {
    const whole = documentOf(p(run('x'.repeat(1_000))));
    await expect(readFileOf('a.docx', whole.subarray(0, whole.length * 0.6))).rejects.toThrow('cut short');
  });
});
