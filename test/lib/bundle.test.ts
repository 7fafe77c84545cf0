import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Duration, Stack } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOf } from '../../lib/constructs/bundle.ts';
import { writeBundle } from '../../lib/constructs/bundling.ts';
import { HouseFunction } from '../../lib/constructs/function.ts';
import { PackageLayer } from '../../lib/constructs/package-layer.ts';
import { line, pdfOf } from '../knowledge/pdf-file.ts';
import {
  assetOf,
  bundleApp,
  deploy,
  entryOf,
  environmentOf,
  functionsOf,
  list,
  nameOf,
  type Resource,
} from './deployment.ts';

const limitBytes = 250 * 1024 * 1024;
const functions = functionsOf(deploy());
const named = functions.map(fn => [nameOf(fn), fn] as const);
const run = promisify(execFile);
let directory = '';
let assembly: CloudAssembly;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchboard-bundle-'));
  assembly = bundleApp();
}, 300_000);
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await rm(assembly.directory, { recursive: true, force: true });
});

/** What Lambda unpacks for the function: its bundle and its layers. */
function unpacked(fn: Resource): { code: string; layers: string[] } {
  const resources: Record<string, Resource> =
    assembly.getStackByName('switchboard-test-app').template.Resources;
  const assetOfId = (id: string) => {
    const made = resources[id];
    if (!made) throw new Error(`the app stack that was bundled has no ${id}`);
    return assetOf(assembly, made);
  };
  return {
    code: assetOfId(fn.id),
    layers: list(fn.Properties['Layers']).map(layer => assetOfId((layer as { Ref: string }).Ref)),
  };
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map(file => stat(join(folder, file))));
  return sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

/** Runs the script where nothing is but what was unpacked, as on Lambda. `handlers` are the bundle's exports. */
async function inLambda(
  { code, layers }: { code: string; layers: string[] },
  script: string,
  environment: Record<string, string> = {},
): Promise<unknown> {
  const program = `
    import { PassThrough } from 'node:stream';
    const answers = [];
    const from = (stream, { statusCode }) => (answers.push(statusCode), stream);
    globalThis.awslambda = { streamifyResponse: handler => handler, HttpResponseStream: { from } };
    const handlers = await import(${JSON.stringify(join(code, 'index.mjs'))});
    ${script}
    process.exit(0);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: directory,
    env: {
      AWS_REGION: 'eu-central-1',
      LANCE_CPU_THREADS: '4',
      NODE_PATH: layers.map(layer => join(layer, 'nodejs/node_modules')).join(':'),
      ...environment,
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'the native library of the index',
  () => {
    test('is found in its layer by both kinds of bundles, which search with it', async () => {
      const app = new App({
        outdir: join(directory, 'search.out'),
        context: { stage: 'test', 'aws:cdk:enable-asset-metadata': true },
      });
      const stack = new Stack(app, 'Search');
      const common = {
        entry: 'test/lib/fixtures/search.ts',
        handler: 'search',
        description: 'Searches',
        timeout: Duration.seconds(30),
        memory: 1769,
        uses: [],
        index: new PackageLayer(stack, 'Layer', 'lancedb'),
      };
      const made = [
        new HouseFunction(stack, 'ByEsbuild', common),
        new HouseFunction(stack, 'ByRolldown', { ...common, code: bundleOf(common.entry) }),
      ];
      const search = app.synth();
      const resources: Resource[] = Object.values(search.getStackByName('Search').template.Resources);
      const ofType = (type: string) =>
        resources.filter(({ Type }) => Type === type).map(resource => assetOf(search, resource));
      expect(ofType('AWS::Lambda::Function')).toHaveLength(made.length);
      for (const code of ofType('AWS::Lambda::Function')) {
        const event = JSON.stringify({ directory: join(directory, 'index') });
        const script = `console.log(JSON.stringify(await handlers.search(${event})));`;
        expect(await inLambda({ code, layers: ofType('AWS::Lambda::LayerVersion') }, script)).toEqual([
          'hours',
        ]);
      }
    }, 120_000);
  },
);

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the browser', () => {
  test('is found in its layer by the function that shows pages, which shows one', async () => {
    const fn = functions.find(one => nameOf(one) === 'scraper/render');
    if (!fn) throw new Error('there is no renderer');
    // Local mode lets it go to a server of this machine.
    const script = `
      import { createServer } from 'node:http';
      globalThis[Symbol.for('switchboard.local-mode')] = {};
      const server = createServer((_, reply) => reply.writeHead(200, { 'content-type': 'text/html' })
        .end('<title>x</title><script>document.title = "shown"</script>')).listen(0, '127.0.0.1');
      await new Promise(resolve => server.once('listening', resolve));
      const origin = 'http://127.0.0.1:' + server.address().port;
      const { kind, reason, title } = await handlers.render({ url: origin + '/', origin });
      console.log(JSON.stringify({ kind, reason, title }));`;
    expect(await inLambda(unpacked(fn), script, { ...environmentOf(fn), TMPDIR: tmpdir() })).toEqual({
      kind: 'rendered',
      title: 'shown',
    });
  }, 60_000);
});

/** Requests that no table is asked about, for each door of the API functions. */
const doors: Readonly<Record<string, readonly (readonly [string, string, number])[]>> = {
  'chat/api': [
    ['GET', '/api/widget/config', 401],
    ['POST', '/upload-files', 400],
    ['POST', '/api/permitsca', 400],
    ['GET', '/api/threads/00000000-0000-4000-8000-000000000000', 401],
  ],
  'admin/api': [
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

// esbuild refuses an import that it can not find; rolldown leaves it as it is.
test.each(Object.keys(doors))('the chunks of %s import each other and Node, and nothing else', async name => {
  const fn = functions.find(one => nameOf(one) === name);
  const chunks = await writeBundle(fn ? entryOf(fn) : '', join(directory, name));
  const written = new Set(chunks.map(({ fileName }) => fileName));
  const elsewhere = chunks
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter(path => !written.has(path) && !isBuiltin(path));
  expect(elsewhere).toEqual([]);
});

describe.each(named)('the bundle of %s', (name, fn) => {
  test('is all that a handler needs to start, and fits into a function beside its layers', async () => {
    const { code, layers } = unpacked(fn);
    const sizes = await Promise.all([code, ...layers].map(sizeOf));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(limitBytes);
    const handler = String(fn.Properties['Handler']).replace('index.', '');
    const script = `console.log(JSON.stringify(Object.keys(handlers)));`;
    expect(await inLambda({ code, layers: [] }, script, environmentOf(fn))).toContain(handler);
  });

  test.runIf(name in doors)('opens each of its doors', async () => {
    const requests = doors[name] ?? [];
    const script = `
      for (const [httpMethod, path] of ${JSON.stringify(requests)}) {
        const event = { httpMethod, path, headers: { host: 'doors.invalid' }, requestContext: {} };
        await handlers.api(event, new PassThrough().resume(), {});
      }
      console.log(JSON.stringify(answers));`;
    expect(await inLambda(unpacked(fn), script, environmentOf(fn))).toEqual(
      requests.map(([, , status]) => status),
    );
  });

  test.runIf(!(name in doors) && name !== 'scraper/render')(
    'takes a batch, and reports which of its messages failed',
    async () => {
      const handler = String(fn.Properties['Handler']).replace('index.', '');
      // It is no message of any queue: what can not come right is dropped, or fails with the batch that it is alone in.
      const script = `
      const attributes = { ApproximateReceiveCount: '1', MessageGroupId: 'acme' };
      const event = { Records: [{ messageId: 'm1', body: '{"workspace":"acme"}', attributes }] };
      const outcome = await handlers[${JSON.stringify(handler)}](event, { awsRequestId: 'r1' }).catch(String);
      console.log(JSON.stringify(outcome));`;
      expect(await inLambda(unpacked(fn), script, environmentOf(fn))).toEqual(
        name === 'chat/runWorker'
          ? expect.stringMatching(/^FullBatchFailureError/)
          : { batchItemFailures: [] },
      );
    },
  );
});

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'the reader beside the document parser reads a PDF and a scan with its layer, where nothing else is',
  async () => {
    const fn = named.find(([name]) => name === 'knowledge/documentParser')?.[1];
    if (!fn) throw new Error('there is no document parser');
    const { code, layers } = unpacked(fn);
    const read = async (name: string, bytes: Uint8Array) => {
      const path = join(directory, name);
      await writeFile(path, bytes);
      const script = `
        const { spawn } = await import('node:child_process');
        const task = JSON.stringify({ path: ${JSON.stringify(path)}, filename: ${JSON.stringify(name)}, size: ${bytes.byteLength} });
        const reader = spawn(process.execPath, [${JSON.stringify(join(code, 'reader-process.mjs'))}, task], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
        const said = (await Array.fromAsync(reader.stdio[3])).join('');
        console.log(JSON.stringify(said));`;
      return String(await inLambda({ code, layers }, script, environmentOf(fn)));
    };
    const page = { content: line(72, 700, 'The tide turns at noon') };
    expect(await read('tide.pdf', pdfOf({ pages: [page] }))).toContain('The tide turns at noon');
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="200"><rect width="900" height="200" fill="white"/><text x="40" y="120" font-size="48">The tide turns at noon</text></svg>';
    expect(await read('tide.png', await sharp(Buffer.from(svg)).png().toBuffer())).toMatch(
      /tide turns at noon/i,
    );
  },
  60_000,
);

test.each(['functions/admin/handler.ts', 'functions/chat/handler.ts'])(
  'what a start of %s reads holds no schemas: they come with the door that is asked',
  async entry => {
    const chunks = await writeBundle(entry, join(directory, entry.replaceAll('/', '-')));
    const byName = new Map(chunks.map(chunk => [chunk.fileName, chunk]));
    const read = new Set(['index.mjs']);
    for (const name of read) for (const file of byName.get(name)?.imports ?? []) read.add(file);
    const modules = [...read].flatMap(name => Object.keys(byName.get(name)?.modules ?? {}));
    expect(modules.some(id => id.includes('/functions/platform/aws/table.ts'))).toBe(true);
    expect(modules.filter(id => id.includes('/node_modules/zod/'))).toEqual([]);
  },
  60_000,
);
