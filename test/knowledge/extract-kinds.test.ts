import { describe, expect, test } from 'vitest';
import { applyRules } from '../../functions/knowledge/parse/html/content.ts';
import { extractPage } from '../../functions/knowledge/parse/html/extract.ts';
import { keepModel } from '../../functions/knowledge/parse/html/keep-model.ts';
import { outlineOf } from '../../functions/knowledge/parse/html/outline.ts';
import { parseHtml } from '../../functions/knowledge/parse/html/parse-html.ts';
import { featuresOf } from '../../functions/knowledge/parse/html/segment-features.ts';

const header = `<header><a href="/">Harbour Boats</a><nav><ul>${['Boats', 'Sails', 'Ropes', 'Repairs', 'Courses', 'Contact'].map(name => `<li><a href="/${name}">${name}</a></li>`).join('')}</ul></nav></header>`;
const footer =
  '<footer><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a></li></ul><p>All rights reserved.</p></footer>';
const textOf = (body: string, title: string) =>
  extractPage(
    `<!doctype html><html><head><title>${title}</title></head><body>${header}${body}${footer}</body></html>`,
    new URL('https://boats.example/page'),
  )
    .blocks.map(({ text }) => text)
    .join('\n');

const sentences = [
  'The hull is made of oak, and each plank is fastened with copper nails.',
  'Two people lift it onto the roof of a car without any help.',
  'In a calm sea it carries four adults, their bags and a dog.',
  'The oars are stowed below the seats, where nobody steps on them.',
  'We varnish it twice a year, and the third coat is included in the price.',
  'The sail is sewn in our own loft from cloth that resists the sun.',
  'A small anchor, a bailer and a rope of ten metres come with it.',
  'Children learn to steer it within an afternoon, as our courses show.',
];
const paragraph = (at: number) =>
  `${sentences[at % 8]} ${sentences[(at + 3) % 8]} ${sentences[(at * 5 + 1) % 8]}`;
const card = (at: number) =>
  `<div class="card"><a href="/boat/${at}"><img src="${at}.jpg"><h3>Dinghy number ${at}</h3></a><span>£${at}50.00</span></div>`;
const cards = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => card(from + at)).join('');

describe('of a page that is no article', () => {
  test('a thread of a forum keeps its posts, and not the topics beside them', () => {
    const posts = Array.from(
      { length: 8 },
      (_, at) =>
        `<div class="post"><div class="user"><a href="/u/${at}">Sailor ${at}</a></div><div class="text"><p>Answer ${at}. ${paragraph(at)}</p></div></div>`,
    ).join('');
    const topics = Array.from(
      { length: 12 },
      (_, at) => `<li><a href="/t/${at}">Another topic, number ${at}, about ropes</a></li>`,
    ).join('');
    const text = textOf(
      `<div id="thread"><h1>Which dinghy for four?</h1>${posts}</div><div class="box"><h4>Similar topics</h4><ul>${topics}</ul></div>`,
      'Which dinghy for four?',
    );
    for (let at = 0; at < 8; at += 1) expect(text).toContain(`Answer ${at}.`);
    expect(text).not.toContain('Another topic');
    expect(text).not.toContain('All rights reserved');
  });

  test('a list of products keeps its cards, and not the menu', () => {
    const text = textOf(
      `<div class="grid"><h1>Dinghies</h1><p>${paragraph(1)}</p>${cards(1, 24)}</div>`,
      'Dinghies',
    );
    expect(text).toContain('Dinghy number 1');
    expect(text).toContain('Dinghy number 24');
    expect(text).toContain('£2450.00');
    expect(text).not.toContain('Imprint');
  });

  test('a service keeps its sections, prices and address', () => {
    const sections = ['Repairs', 'Varnishing', 'Winter storage'].map(
      (name, at) => `<section><h2>${name}</h2><p>${paragraph(at)}</p><p>${paragraph(at + 3)}</p></section>`,
    );
    const text = textOf(
      `<div class="page"><h1>What we do</h1>${sections.join('')}<table><tr><th>Work</th><th>Price</th></tr><tr><td>Plank</td><td>£80</td></tr></table><address>3 Quay Street</address></div>`,
      'What we do',
    );
    for (const part of ['Repairs', 'Winter storage', 'Plank | £80', '3 Quay Street'])
      expect(text).toContain(part);
    expect(text).not.toContain('Privacy');
  });

  test('what is there for two sizes of screen is learned once', () => {
    const prose = Array.from({ length: 4 }, (_, at) => `<p>${paragraph(at)}</p>`).join('');
    const text = textOf(
      `<main><div class="wide"><h1>Our yard</h1>${prose}</div><p>Open from nine to five.</p><div class="narrow">${prose}</div></main>`,
      'Our yard',
    );
    expect(text.split(paragraph(0))).toHaveLength(2);
  });

  test('commas and full stops of other scripts are those of prose', () => {
    const chinese =
      '图书馆位于市场广场，周一至周六上午九时开放，周日闭馆。借书需要读者证，办理免费，儿童由家长陪同。';
    const text = textOf(
      `<div><h1>图书馆</h1>${Array.from({ length: 8 }, (_, at) => `<p>第${at}条：${chinese}</p>`).join('')}</div><div><ul>${Array.from({ length: 20 }, (_, at) => `<li><a href="/${at}">相关链接${at}</a></li>`).join('')}</ul></div>`,
      '图书馆',
    );
    expect(text).toContain('第7条：图书馆位于市场广场');
    expect(text).not.toContain('相关链接');
  });

  test('the model was fitted to what is measured', () => {
    const page = parseHtml(`<h1>Boats</h1><p>${paragraph(0)}</p>`);
    const rules = applyRules(page);
    const [first] = featuresOf(page, outlineOf(page.body, rules.hidden), rules);
    expect(Object.keys(first ?? {})).toEqual(keepModel.features);
  });
});

test('of an article its text is kept, though its comments are longer', () => {
  const comments = Array.from(
    { length: 12 },
    (_, at) => `<li><p>Reader ${at} says: ${paragraph(at)}</p></li>`,
  );
  const { blocks } = extractPage(
    `<html><head><title>A new dinghy</title><meta property="article:published_time" content="2026-05-01T08:00:00Z"></head>
    <body>${header}<main><article class="post"><h1>A new dinghy</h1><p>${sentences.slice(0, 2).join(' ')}</p><p>${sentences.slice(2, 5).join(' ')}</p></article>
    <div class="comments"><ul class="comment-list">${comments.join('')}</ul></div></main>${footer}</body></html>`,
    new URL('https://boats.example/new-dinghy'),
  );
  const text = blocks.map(({ text }) => text).join('\n');
  expect(text).toContain('The hull is made of oak');
  expect(text).not.toContain('Reader 3 says');
});
