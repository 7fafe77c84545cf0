import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository, writeBundle } from '../../lib/constructs/bundling.ts';
import { deploy, entryOf, environmentOf, functionsOf } from './deployment.ts';

const native = '@lancedb/lancedb-linux-x64-gnu';
const limitBytes = 250 * 1024 * 1024;
const functions = functionsOf(deploy());
const entries = [...new Set(functions.map(entryOf))];
const run = promisify(execFile);
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchboard-bundle-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map(file => stat(join(folder, file))));
  return sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'a bundle finds the native library in its layer, and searches with it',
  async () => {
    const source = (path: string) => JSON.stringify(join(repository, path));
    const entry = join(directory, 'search.ts');
    await writeFile(
      entry,
      `import { createLanceIndex } from ${source('functions/knowledge/index/lance-index.ts')};
      import { systemClock } from ${source('functions/platform/clock.ts')};
      import { documentOf, help } from ${source('test/knowledge/indexed-document.ts')};
      const index = createLanceIndex(process.argv[2], systemClock, { freshnessSeconds: 0 });
      await index.write('acme', { put: [documentOf('hours', ['We open at nine.'])], remove: [] });
      await index.optimize('acme');
      const hits = await index.search('acme', { mode: help, text: 'when do you open', limit: 5 });
      console.log(JSON.stringify(hits.map(({ documentId }) => documentId)));
      process.exit(0);`,
    );
    await writeBundle(entry, join(directory, 'search'));
    const layer = join(directory, 'opt/nodejs/node_modules');
    await mkdir(join(layer, '@lancedb'), { recursive: true });
    await symlink(join(repository, 'node_modules', native), join(layer, native));
    const { stdout } = await run(
      process.execPath,
      [join(directory, 'search/index.mjs'), join(directory, 'index')],
      { cwd: directory, env: { NODE_PATH: layer, LANCE_CPU_THREADS: '4' } },
    );
    expect(JSON.parse(stdout)).toEqual(['hours']);
  },
);

/** Requests that no table is asked about, for each door of the API functions. */
const doors: Readonly<Record<string, readonly (readonly [string, string, number])[]>> = {
  'functions/chat/handler.ts': [
    ['GET', '/api/widget/config', 401],
    ['POST', '/upload-files', 400],
    ['POST', '/api/permitsca', 400],
    ['GET', '/api/threads/00000000-0000-4000-8000-000000000000', 401],
  ],
  'functions/admin/handler.ts': [
    ['GET', '/openapi.json', 200],
    ['POST', '/admin/login', 400],
    ['GET', '/admin/modes', 401],
    ['GET', '/admin/scrape/jobs', 401],
    ['GET', '/admin/keys', 401],
    ['GET', '/admin/workspaces', 401],
    ['GET', '/admin/members', 401],
    ['GET', '/admin/widget', 401],
    ['GET', '/admin/usage', 401],
    ['GET', '/admin/superadmin/overview', 401],
  ],
};

test.each(Object.entries(doors))('the bundle of %s opens each of its doors', async (entry, requests) => {
  const bundle = join(directory, `doors-${entry.replaceAll('/', '-')}`);
  await writeBundle(entry, bundle);
  const script = `
    import { PassThrough } from 'node:stream';
    const answers = [];
    const from = (stream, { statusCode }) => (answers.push(statusCode), stream);
    globalThis.awslambda = { streamifyResponse: handler => handler, HttpResponseStream: { from } };
    const { api } = await import(${JSON.stringify(join(bundle, 'index.mjs'))});
    for (const [httpMethod, path] of ${JSON.stringify(requests)}) {
      const event = { httpMethod, path, headers: { host: 'doors.invalid' }, requestContext: {} };
      await api(event, new PassThrough().resume(), {});
    }
    console.log(JSON.stringify(answers));
    process.exit(0);`;
  const env = Object.assign({}, ...functions.filter(made => entryOf(made) === entry).map(environmentOf));
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: directory,
    env: { AWS_REGION: 'eu-central-1', ...env },
  });
  expect(JSON.parse(stdout)).toEqual(requests.map(([, , status]) => status));
});

describe.each(entries)('the bundle of %s', entry => {
  test('carries all that it imports, but Node itself and the layer, and fits into a function beside it', async () => {
    const bundle = join(directory, entry.replaceAll('/', '-'));
    const chunks = await writeBundle(entry, bundle);
    const written = new Set(chunks.map(({ fileName }) => fileName));
    const elsewhere = chunks
      .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
      .filter(path => !written.has(path) && !isBuiltin(path));
    expect(elsewhere).toEqual([]);
    const layer = await sizeOf(join(repository, 'node_modules', native));
    expect((await sizeOf(bundle)) + layer).toBeLessThan(limitBytes);

    // What Lambda does: nothing is there but the bundle, and the handlers are exports of it.
    const ours = functions.filter(made => entryOf(made) === entry);
    const script = `
      globalThis.awslambda = { streamifyResponse: handler => handler };
      const handlers = await import(${JSON.stringify(join(bundle, 'index.mjs'))});
      console.log(JSON.stringify(Object.keys(handlers)));
      process.exit(0);`;
    const env = Object.assign({}, ...ours.map(environmentOf)) as Record<string, string>;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: directory,
      env,
    });
    const handlers = ours.map(({ Properties }) => String(Properties['Handler']).replace('index.', ''));
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(handlers));
  });
});
