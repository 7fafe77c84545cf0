import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSite } from '../scraper/site-server.ts';
import { runHere } from './switchboard.ts';

let folder: string;
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'extract-'))));
afterAll(() => rm(folder, { recursive: true }));

const page = `<!doctype html><html lang="en"><head><title>Kiln</title></head><body><main><h1>Kiln</h1>
  <p>The kiln is fired every second Wednesday.</p><table><tr><th>Piece</th><th>Price</th></tr><tr><td>Bowl</td><td>£3</td></tr></table>
  <a href="rules">Rules</a></main></body></html>`;
const parsed = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('a file', () => {
  test('is shown as it would be indexed', async () => {
    const { code, stdout } = await runHere(['extract', await file('kiln.html', page)]);
    expect(code).toBe(0);
    expect(stdout).toContain('# Kiln\n\nThe kiln is fired every second Wednesday.');
  });

  test('gives text, Markdown, headings, language, rules for robots and links as JSON', async () => {
    const path = await file('kiln.html', page);
    const { stdout } = await runHere(['extract', path, '--json', '--url', 'https://hall.example/a/']);
    expect(parsed(stdout)).toEqual([
      {
        id: path,
        ok: true,
        title: 'Kiln',
        text: 'Kiln\n\nThe kiln is fired every second Wednesday.\n\nPiece | Price\nBowl | £3\n\nRules',
        markdown:
          '# Kiln\n\nThe kiln is fired every second Wednesday.\n\n| Piece | Price |\n| --- | --- |\n| Bowl | £3 |\n\nRules',
        headings: ['Kiln'],
        language: 'en',
        robots: { index: true, follow: true },
        links: ['https://hall.example/a/rules'],
      },
    ]);
  });

  test.each([
    ['html, whatever its name says', 'kiln.txt', page, 'The kiln is fired'],
    ['plain text, with its tags', 'notes', 'Write <b>bold</b>.\n\nOr not.', 'Write <b>bold</b>.'],
  ])('is read as %s', async (_, name, content, text) => {
    const { stdout } = await runHere(['extract', await file(name, content), '--json']);
    expect(parsed(stdout)).toMatchObject([
      { ok: true, text: expect.stringMatching(new RegExp(`^(Kiln\n\n)?${text}`)) },
    ]);
  });

  test('that is not there fails, and the others are read', async () => {
    const { code, stdout } = await runHere(['extract', '/nowhere', await file('k.html', page), '--json']);
    expect(code).toBe(1);
    expect(parsed(stdout)).toMatchObject([
      { ok: false, error: expect.stringContaining('ENOENT') },
      { ok: true },
    ]);
  });
});

describe('of lines, each is answered by a line', () => {
  test('with its id, type, base and charset', async () => {
    const path = await file(
      'cafe.dat',
      Uint8Array.from([...Buffer.from('<p>caf'), 0xe9, ...Buffer.from('<a href=x>y</a>')]),
    );
    const line = {
      id: 7,
      file: path,
      type: 'html',
      url: 'https://hall.example/',
      content_type: 'text/html; charset=latin1',
    };
    const { stdout } = await runHere(['extract', '-'], {}, [JSON.stringify(line)]);
    expect(parsed(stdout)).toMatchObject([
      { id: 7, ok: true, text: 'caféy', links: ['https://hall.example/x'] },
    ]);
  });

  test.each([
    ['no JSON', '{', 'no JSON'],
    ['no file', '{"id":1}', 'file'],
    ['a folder', '{"id":1,"file":"/tmp"}', 'is no file'],
    ['an unknown type', '{"id":1,"file":"/tmp","type":"papyrus"}', 'papyrus'],
    ['a line without end', `{"id":1,"x":"${'x'.repeat(9_000_000)}"}`, 'longer than 8 MB'],
  ])('%s does not end the stream', async (_, line, error) => {
    const good = JSON.stringify({ id: 2, file: await file('k.html', page) });
    const { code, stdout } = await runHere(['extract', '-'], {}, [
      `${line}\n`,
      good.slice(0, 5),
      `${good.slice(5)}\n`,
    ]);
    expect(code).toBe(0);
    expect(parsed(stdout)).toMatchObject([
      { ok: false, error: expect.stringContaining(error) },
      { id: 2, ok: true },
    ]);
  });

  test('a file that nothing reads yet says so', async () => {
    const path = await file('menu.html', '%PDF-1.7 …');
    const { stdout } = await runHere(['extract', '-'], {}, [JSON.stringify({ id: 'a', file: path })]);
    expect(parsed(stdout)).toEqual([
      {
        id: 'a',
        ok: false,
        error: 'pdf files are not read yet; web pages (html) and plain text (txt) are read',
      },
    ]);
  });
});

describe('a page of a site', () => {
  test('is fetched, unless robots.txt forbids it', async () => {
    const site = await startSite({
      '/robots.txt': 'User-agent: *\nDisallow: /private',
      '/': page,
    });
    const { code, stdout } = await runHere([
      'extract',
      '--json',
      `${site.origin}/`,
      `${site.origin}/private`,
    ]);
    await site.stop();
    expect(code).toBe(1);
    expect(parsed(stdout)).toMatchObject([
      { ok: true, title: 'Kiln', links: [`${site.origin}/rules`] },
      { ok: false, error: 'robots.txt disallows it' },
    ]);
  });
});
