import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentLength } from '../../functions/chat/schema.ts';
import { buildSite, siteDirectory } from '../../local/start/build-site.ts';
import { questionLength } from '../../web/chat/limits.ts';
import { accessibilityViolations, launchBrowser, type OpenPage, openPage } from '../support/browser.ts';
import { onPhone } from './chat-page.ts';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** The built pages over HTTP, with this as the API's description. */
let description: { status: number; body: string } = { status: 200, body: '{}' };
const server = createServer(({ url = '/' }, reply) => {
  const path = url.split('?')[0] ?? '/';
  if (path === '/openapi.json') {
    reply.writeHead(description.status).end(description.body);
    return;
  }
  const file = path === '/' ? '/index.html' : path === '/docs' ? '/docs/index.html' : path;
  readFile(join(siteDirectory, file)).then(
    bytes => reply.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' }).end(bytes),
    () => reply.writeHead(404).end(),
  );
});
let browser: Browser;
let origin: string;

beforeAll(async () => {
  await buildSite();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await new Promise(resolve => server.close(resolve));
});

async function docs(
  body: object | string,
  status = 200,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  description = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  return openPage(browser, `${origin}/docs#readThing`, options);
}

describe('the built pages', () => {
  it('are small: the chat page needs at most 60 kB of script, gzipped', async () => {
    const html = await readFile(join(siteDirectory, 'index.html'), 'utf8');
    const scripts = [...html.matchAll(/(?:src|modulepreload" crossorigin href)="([^"]+\.js)"/g)];
    const sizes = await Promise.all(
      scripts.map(async ([, path = '']) => gzipSync(await readFile(join(siteDirectory, path))).length),
    );
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
  });

  it('ask for nothing but their own files', async () => {
    for (const page of ['index.html', 'docs/index.html', 'password/index.html']) {
      const html = await readFile(join(siteDirectory, page), 'utf8');
      expect([...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url?.[0])).not.toContain('h');
      expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    }
  });

  it('let nobody write more than the server takes', () => {
    expect(questionLength).toBeLessThanOrEqual(contentLength);
  });
});

const thing = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '7', description: 'About things.' },
  paths: {
    '/api/things/{thing_id}': {
      post: {
        operationId: 'readThing',
        tags: ['things'],
        summary: 'Change a thing',
        description: 'Says `yes` or no.',
        security: [{ bearer: [] }],
        parameters: [
          { in: 'path', name: 'thing_id', required: true, schema: { type: 'string', format: 'uuid' } },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { type: 'string', maxLength: 9 },
                  of: { $ref: '#/components/schemas/Thing' },
                },
              },
            },
          },
        },
        responses: {
          200: {
            description: 'success',
            content: {
              'application/json': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
              },
            },
          },
          404: { description: 'not_found' },
        },
      },
    },
    '/api/things/{thing_id}/events': {
      get: {
        tags: ['things'],
        responses: { 200: { content: { 'text/event-stream': { schema: { type: 'string' } } } } },
      },
    },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        properties: {
          parts: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
          kind: { enum: ['a', 'b'], description: 'which' },
          n: { anyOf: [{ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, { type: 'null' }] },
        },
      },
    },
  },
};

describe('the page of the API', () => {
  it('tells each operation with its fields and a command', async () => {
    const { page, problems, foreignRequests, close } = await docs(thing);
    const operation = page.locator('#readThing');
    await operation.getByRole('heading', { name: 'Change a thing' }).waitFor();
    const text = await operation.innerText();
    for (const part of [
      '/api/things/{thing_id}',
      'uuid, in path',
      'up to 9 characters',
      '"a" | "b"',
      'integer, ≥ 1 or null',
      'not found',
    ])
      expect(text).toContain(part);
    expect(await operation.getByRole('row', { name: /^\[\]\.parts\[\]\.kind/ }).count()).toBe(1);
    const command = (await operation.locator('pre').innerText()).split(' \\\n  ');
    expect(command.slice(0, 3)).toEqual([
      `curl -X POST "${origin}/api/things/$THING_ID"`,
      '-H "Authorization: Bearer $TOKEN"',
      '-H "Content-Type: application/json"',
    ]);
    expect(command[3]).toBe(`-d '{"name":"…"}'`);
    // The others are folded up until they are asked for.
    const last = page.locator('details.operation').last();
    expect(await last.locator('pre').isVisible()).toBe(false);
    await last.locator('summary').click();
    expect(await last.locator('pre').innerText()).toMatch(/^curl -N "/);
    // The address follows in a task of its own.
    await page.waitForURL(`**#${await last.getAttribute('id')}`);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect([problems, foreignRequests]).toEqual([[], []]);
    await close();
  });

  it('says which credential an operation needs, and how it takes a form', async () => {
    const { page, close } = await docs({
      paths: {
        '/ask': {
          post: {
            operationId: 'ask',
            security: [{ widgetKey: [] }],
            requestBody: {
              content: {
                'application/x-www-form-urlencoded': {
                  schema: { properties: { message: { type: 'string' } }, required: ['message'] },
                },
              },
            },
          },
        },
        '/admin': { get: { operationId: 'admin', security: [{ admin: [] }] } },
        '/open': { get: { operationId: 'open' } },
      },
      components: {
        securitySchemes: {
          widgetKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'a public key' },
          admin: { type: 'http', scheme: 'bearer', description: 'an API key with the scope `admin`' },
        },
      },
    });
    const operation = (id: string) => page.locator(`#${id}`);
    for (const id of ['ask', 'admin', 'open']) await operation(id).locator('summary').click();
    expect(await operation('ask').innerText()).toContain('Needs x-api-key: $KEY, a public key.');
    expect(await operation('ask').getByRole('group', { name: 'Form fields' }).innerText()).toContain(
      'message',
    );
    expect(await operation('ask').locator('pre').innerText()).toBe(
      `curl -X POST "${origin}/ask" \\\n  -H "x-api-key: $KEY" \\\n  --data-urlencode 'message=…'`,
    );
    expect(await operation('admin').innerText()).toContain(
      'Needs Authorization: Bearer $TOKEN, an API key with the scope admin.',
    );
    expect(await operation('open').innerText()).toContain('Needs no credentials.');
    await close();
  });

  it('begins with its content on a phone, the operations folded up above it', async () => {
    const { page, close } = await docs(thing, 200, onPhone);
    await page.goto(`${origin}/docs`);
    const title = page.getByRole('heading', { level: 1 });
    expect((await title.boundingBox())?.y).toBeLessThan(150);
    const link = page.getByRole('navigation').getByRole('link', { name: 'Change a thing' });
    expect(await link.isVisible()).toBe(false);
    await page.getByText('All operations').click();
    expect(await accessibilityViolations(page)).toEqual([]);
    await link.click();
    expect(await link.isVisible()).toBe(false);
    await expect
      .poll(async () => (await page.locator('#readThing').boundingBox())?.y ?? 999)
      .toBeLessThan(120);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    const cells = page.locator('#readThing tbody tr').first().locator('td');
    const [name, type] = [await cells.nth(0).boundingBox(), await cells.nth(1).boundingBox()];
    expect(type?.y ?? 0).toBeGreaterThanOrEqual((name?.y ?? 0) + (name?.height ?? 0));
    expect(await accessibilityViolations(page)).toEqual([]);
    await close();
  });

  it('goes to the operation in the address', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`/a${index}`, { get: { operationId: `a${index}` } }]),
    );
    const { page, close } = await docs({ paths: { ...paths, ...thing.paths } });
    await expect
      .poll(() => page.locator('#readThing').evaluate(element => element.getBoundingClientRect().top))
      .toBeLessThan(100);
    await close();
  });

  it.each([
    ['nothing', {}],
    ['an empty operation', { paths: { '/x': { get: {} } } }],
    [
      'other members of a path',
      { paths: { '/x': { summary: 'x', parameters: [], get: { responses: {} } } } },
    ],
    [
      'a reference to nothing',
      {
        paths: {
          '/x': {
            post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/nowhere' } } } } },
          },
        },
      },
    ],
  ])('bears a description with %s', async (_, body) => {
    const { page, problems, close } = await docs(body);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(problems).toEqual([]);
    expect(await accessibilityViolations(page)).toEqual([]);
    await close();
  });

  it('says so when there is no description', async () => {
    const { page, close } = await docs('not json', 503);
    await page.getByText('/openapi.json answered with status 503').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await close();
  });
});
