import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OutputChunk } from 'rolldown';
import { repository, writeBundle } from '../../lib/constructs/bundling.ts';
import { deploy, entryOf, environmentOf, functionsOf } from '../lib/deployment.ts';
import { percentile, type Row } from './row.ts';

/** The functions, and for each a request that no table is asked about, since it shows no credentials. */
const handlers = {
  chat: { entry: 'functions/chat/handler.ts', path: '/api/threads/00000000-0000-4000-8000-000000000000' },
  admin: { entry: 'functions/admin/handler.ts', path: '/admin/keys' },
};
const rounds = 25;
const barMs = 80;

type Environment = Readonly<Record<string, string>>;

/**
 * Cold import of each API handler's production bundle, as a deployment writes it, above a bare Node process: the median
 * of alternating pairs, and the fastest of each beside it, since what else the machine does only ever adds. What a
 * first request waits for besides, the code of its door, has a row of its own, so that nothing is gained by putting it
 * off. The search index's library must not be loaded by an import; what its load costs later is a row too.
 */
export async function run(): Promise<readonly Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'switchboard-cold-start-'));
  try {
    // As on Lambda: nothing but the bundle, and the native library where NODE_PATH finds it.
    await mkdir(join(directory, 'layer/@lancedb'), { recursive: true });
    const native = '@lancedb/lancedb-linux-x64-gnu';
    await symlink(join(repository, 'node_modules', native), join(directory, 'layer', native));
    await writeFile(join(directory, 'bare.mjs'), 'export {};');
    const library = join(repository, 'node_modules/@lancedb/lancedb/dist/index.js');
    await writeFile(join(directory, 'index-library.ts'), `export * from ${JSON.stringify(library)};`);
    const rows: Row[] = [];
    const functions = functionsOf(deploy());
    for (const [name, { entry, path }] of Object.entries(handlers)) {
      const environment = functions.filter(made => entryOf(made) === entry).map(environmentOf);
      rows.push(...(await measure(name, entry, directory, Object.assign({}, ...environment), path)));
    }
    return [
      ...rows,
      ...(await measure('index library (on first use)', join(directory, 'index-library.ts'), directory, {
        LANCE_CPU_THREADS: '4',
      })),
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `path`: of an API function, which has a bar, and must not load native code by its import. */
async function measure(
  name: string,
  entry: string,
  directory: string,
  environment: Environment,
  path?: string,
): Promise<Row[]> {
  const outdir = join(directory, name.replaceAll(/\W+/g, '-'));
  const chunks = await writeBundle(entry, outdir);
  const bundle = join(outdir, 'index.mjs');
  const bare = join(directory, 'bare.mjs');
  const first = await coldImport(bundle, directory, environment, path);
  if (path !== undefined && first.native) throw new Error(`${entry} loads a native library by its import`);
  const times: { bare: number; bundle: number; request: number | null }[] = [];
  for (let round = 0; round < rounds; round++) {
    const floor = await coldImport(bare, directory, environment);
    const { ms, request } = await coldImport(bundle, directory, environment, path);
    times.push({ bare: floor.ms, bundle: ms, request });
  }
  const added = times.map(({ bare, bundle }) => bundle - bare);
  const figure = percentile(added, 0.5);
  const fastest = Math.min(...times.map(({ bundle }) => bundle)) - Math.min(...times.map(({ bare }) => bare));
  return [
    {
      name: `${name}: cold import above bare node`,
      figure,
      unit: 'ms',
      ...(path === undefined ? {} : { bar: `<= ${barMs} ms`, ok: figure <= barMs }),
    },
    { name: `${name}: the same, fastest of ${rounds} above fastest`, figure: fastest, unit: 'ms' },
    ...(path === undefined
      ? []
      : [
          {
            name: `${name}: the same, and its first request refused`,
            figure: percentile(
              times.map(({ bare, request }) => (request ?? Number.NaN) - bare),
              0.5,
            ),
            unit: 'ms',
          },
        ]),
    { name: `${name}: code read by it`, figure: readOnImport(chunks) / 1024, unit: 'KB' },
    { name: `${name}: whole bundle`, figure: (await sizeOf(outdir)) / 1024, unit: 'KB' },
  ];
}

/**
 * From the start of a process to the end of the import, and to that of a request without credentials, on the process's
 * own clock.
 */
async function coldImport(
  file: string,
  directory: string,
  environment: Environment,
  path?: string,
): Promise<{ ms: number; request: number | null; native: boolean }> {
  const script = `
    let status;
    const from = (stream, { statusCode }) => ((status = statusCode), stream);
    globalThis.awslambda = { streamifyResponse: handler => handler, HttpResponseStream: { from } };
    const { api } = await import(${JSON.stringify(pathToFileURL(file).href)});
    const ms = performance.now();
    const path = ${JSON.stringify(path ?? null)};
    let request = null;
    if (path !== null) {
      const { PassThrough } = process.getBuiltinModule('node:stream');
      const event = { httpMethod: 'GET', path, headers: { host: 'cold.invalid' }, requestContext: {} };
      await api(event, new PassThrough().resume(), {});
      request = performance.now();
      if (status !== 401) throw new Error('GET ' + path + ' was answered with ' + status);
    }
    const maps = process.getBuiltinModule('node:fs').readFileSync('/proc/self/maps', 'utf8');
    console.log(JSON.stringify({ ms, request, native: maps.includes('.node') }));
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { AWS_REGION: 'eu-central-1', ...environment, NODE_PATH: join(directory, 'layer') },
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`importing ${file} failed with exit ${String(code)}`);
  return JSON.parse(output) as { ms: number; request: number | null; native: boolean };
}

/** Bytes of the entry and of every file that it imports statically. */
function readOnImport(chunks: readonly OutputChunk[]): number {
  const seen = new Set<OutputChunk>();
  const visit = (fileName: string) => {
    const chunk = chunks.find(written => written.fileName === fileName);
    if (!chunk || seen.has(chunk)) return;
    seen.add(chunk);
    chunk.imports.forEach(visit);
  };
  visit('index.mjs');
  return [...seen].reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  const sizes = await Promise.all(names.map(name => stat(join(directory, name))));
  return sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
