import { expect, test } from 'vitest';
import { readFileOf } from './read-file.ts';
import { officeFile, relationsFile } from './zip-file.ts';

const deckOf = (slides: readonly string[], parts: Readonly<Record<string, string>> = {}) =>
  officeFile(
    'ppt/presentation.xml',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
    {
      'ppt/presentation.xml': `<p:presentation xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:sldIdLst>${slides
        .map((_, at) => `<p:sldId id="${256 + at}" r:id="s${at}"/>`)
        .join('')}</p:sldIdLst></p:presentation>`,
      'ppt/_rels/presentation.xml.rels': relationsFile(
        Object.fromEntries(slides.map((_, at) => [`s${at}`, ['slide', `slides/slide${at}.xml`]] as const)),
      ),
      ...Object.fromEntries(slides.map((slide, at) => [`ppt/slides/slide${at}.xml`, slide])),
      ...parts,
    },
  );
const slide = (shapes: string, attributes = '') =>
  `<p:sld ${attributes}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`;
const paragraph = (text: string, properties = '') =>
  `<a:p><a:pPr>${properties}</a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`;
const shape = (text: string, { role = '', y = 0, x = 0, hidden = '' } = {}) =>
  `<p:sp><p:nvSpPr><p:cNvPr id="1" ${hidden}/><p:nvPr>${role && `<p:ph type="${role}"/>`}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="${x}" y="${y}"/><a:ext cx="100" cy="100"/></a:xfrm></p:spPr><p:txBody>${text}</p:txBody></p:sp>`;

test('slides are pages, and a hidden one keeps its number', async () => {
  const { pages, parts } = await readFileOf(
    'a.pptx',
    deckOf([
      slide(shape(paragraph('One'))),
      slide(shape(paragraph('Secret')), 'show="0"'),
      slide(shape(paragraph('Three'))),
    ]),
  );
  expect(pages).toBe(3);
  expect(parts.map(({ page, blocks }) => [page, blocks.map(block => block.text)])).toEqual([
    [1, ['One']],
    [2, []],
    [3, ['Three']],
  ]);
});

test('shapes are read from top to bottom and from left to right, the title first', async () => {
  const { text } = await readFileOf(
    'a.pptx',
    deckOf([
      slide(
        [
          shape(paragraph('Step 3'), { y: 300 }),
          shape(paragraph('Step 2'), { y: 110, x: 500 }),
          shape(paragraph('Step 1'), { y: 120, x: 10 }),
          shape(paragraph('Launching'), { role: 'title', y: 900 }),
          shape(paragraph('Secret'), { hidden: 'hidden="1"' }),
          shape(paragraph('7'), { role: 'sldNum' }),
        ].join(''),
      ),
    ]),
  );
  expect(text).toBe('Launching\n\nStep 1\n\nStep 2\n\nStep 3');
});

test('lists have their marks, and a foot is told once', async () => {
  const foot = shape(paragraph('Harbour board'), { role: 'ftr', y: 900 });
  const numbered = '<a:buAutoNum type="alphaLcParenR"/>';
  const { text } = await readFileOf(
    'a.pptx',
    deckOf([slide(shape(paragraph('bow', numbered) + paragraph('stern', numbered)) + foot), slide(foot)]),
  );
  expect(text).toBe('a) bow\nb) stern\n\nHarbour board');
});

test('tables have names over several columns in each of them', async () => {
  const cell = (text: string, attributes = '') =>
    `<a:tc ${attributes}><a:txBody>${paragraph(text)}</a:txBody></a:tc>`;
  const table = `<p:graphicFrame><a:graphic><a:graphicData><a:tbl>
    <a:tr>${cell('Dock', 'rowSpan="2"')}${cell('Rate', 'gridSpan="2"')}${cell('', 'hMerge="1"')}</a:tr>
    <a:tr>${cell('', 'vMerge="1"')}${cell('winter')}${cell('summer')}</a:tr>
    <a:tr>${cell('Large')}${cell('210')}${cell('260')}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
  const { rows } = await readFileOf('a.pptx', deckOf([slide(table)]));
  expect(rows).toEqual(['Dock | Rate | Rate', 'Dock | winter | summer', 'Large | 210 | 260']);
});

test('the notes of a slide belong to its page', async () => {
  const notes = `<p:notes><p:cSld><p:spTree>${shape(paragraph('Say this'), { role: 'body' })}${shape(paragraph('1'), { role: 'sldNum' })}</p:spTree></p:cSld></p:notes>`;
  const { parts } = await readFileOf(
    'a.pptx',
    deckOf([slide(shape(paragraph('One'))), slide(shape(paragraph('Two')))], {
      'ppt/slides/_rels/slide1.xml.rels': relationsFile({ n: ['notesSlide', '../notesSlides/n7.xml'] }),
      'ppt/notesSlides/n7.xml': notes,
    }),
  );
  expect(parts[1]?.blocks).toEqual([
    { kind: 'text', text: 'Two', page: 2 },
    { kind: 'text', text: 'Say this', page: 2 },
  ]);
});

test('a slide that is missing is named, and the others are read', async () => {
  const whole = deckOf([slide(shape(paragraph('One'))), slide('')], { 'ppt/slides/slide1.xml': '' });
  const { parts } = await readFileOf('a.pptx', whole);
  expect(parts.map(({ problem }) => problem)).toEqual([undefined, 'the slide is missing in the file']);
});
