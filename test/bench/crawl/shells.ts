import { benchPage } from './pages.ts';

/** The pages of the bench, made by a script: each is a shell that fetches what it shows. */
export const shellCount = 40;
export const shellWarmUp = 4;

const app = `
const number = location.pathname.match(/[0-9]+/)?.[0] ?? '0';
fetch('/content/' + number + '.json').then(answer => answer.json()).then(({ title, body }) => {
  document.title = title;
  document.getElementById('app').innerHTML = body;
});`;

const shell = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bench Organisation</title>
<link rel="stylesheet" href="/style.css"></head><body><div id="app"></div><script src="/app.js"></script></body></html>`;

/** What the site answers, by path: body and media type. */
export function shellAnswer(path: string): { readonly type: string; readonly body: string } | undefined {
  if (path === '/' || /^\/pages\/\d+\.html$/.test(path))
    return { type: 'text/html; charset=utf-8', body: shell };
  if (path === '/app.js') return { type: 'text/javascript', body: app };
  if (path === '/style.css') return { type: 'text/css', body: 'body { margin: 2rem }' };
  const number = /^\/content\/(\d+)\.json$/.exec(path)?.[1];
  if (number === undefined) return undefined;
  const page = benchPage(Number(number));
  const title = /<title>(.*?)<\/title>/.exec(page)?.[1] ?? '';
  const body = /<body[^>]*>(.*)<\/body>/s.exec(page)?.[1] ?? '';
  return { type: 'application/json', body: JSON.stringify({ title, body }) };
}
