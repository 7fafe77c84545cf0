import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { assistantEnv } from '../../functions/assistant/env.ts';
import { chatEnv } from '../../functions/chat/env.ts';
import { knowledgeEnv } from '../../functions/knowledge/env.ts';
import { scraperEnv } from '../../functions/scraper/env.ts';
import { tenantsEnv } from '../../functions/tenants/env.ts';
import { bundling } from '../../lib/constructs/bundling.ts';
import { percentile, type Row } from './row.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const handlers = { chat: 'functions/chat/handler.ts', admin: 'functions/admin/handler.ts' };
const rounds = 15;
const barMs = 80;

/**
 * Cold import of each API handler's production bundle, by the very options of a deployment, above a bare Node process: the median of
 * alternating pairs. The search index's library must not be loaded by an import; what its load costs later is a row of its own.
 */
export async function run(): Promise<readonly Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'switchboard-cold-start-'));
  try {
    // As on Lambda: nothing but the bundle, and the native library where NODE_PATH finds it.
    await mkdir(join(directory, 'layer/@lancedb'), { recursive: true });
    const native = '@lancedb/lancedb-linux-x64-gnu';
    await symlink(join(repository, 'node_modules', native), join(directory, 'layer', native));
    await writeFile(join(directory, 'bare.mjs'), 'export {};');
    await writeFile(join(directory, 'index-library.ts'), "export * from '@lancedb/lancedb';");
    const rows: Row[] = [];
    for (const [name, entry] of Object.entries(handlers)) {
      rows.push(...(await measure(name, join(repository, entry), directory, barMs)));
    }
    return [
      ...rows,
      ...(await measure('index library (on first use)', join(directory, 'index-library.ts'), directory)),
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `bar`: in milliseconds; a bundle that has one must not load native code by its import. */
async function measure(name: string, entry: string, directory: string, bar?: number): Promise<Row[]> {
  const outdir = join(directory, name.replaceAll(/\W+/g, '-'));
  const { metafile } = await build({
    ...bundling,
    absWorkingDir: repository,
    nodePaths: [join(repository, 'node_modules')],
    entryPoints: { index: entry },
    outdir,
    metafile: true,
  });
  const bundle = join(outdir, 'index.mjs');
  const bare = join(directory, 'bare.mjs');
  const first = await coldImport(bundle, directory);
  if (bar !== undefined && first.native) throw new Error(`${entry} loads a native library by its import`);
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const floor = await coldImport(bare, directory);
    const { ms } = await coldImport(bundle, directory);
    samples.push(ms - floor.ms);
  }
  const figure = percentile(samples, 0.5);
  return [
    {
      name: `${name}: cold import above bare node`,
      figure,
      unit: 'ms',
      ...(bar === undefined ? {} : { bar: `<= ${bar} ms`, ok: figure <= bar }),
    },
    { name: `${name}: code read by it`, figure: readOnImport(metafile) / 1024, unit: 'KB' },
    { name: `${name}: whole bundle`, figure: (await sizeOf(outdir)) / 1024, unit: 'KB' },
  ];
}

/** From the start of a process to the end of the import, on the process's own clock. */
async function coldImport(file: string, directory: string): Promise<{ ms: number; native: boolean }> {
  const script = `
    globalThis.awslambda = { streamifyResponse: handler => handler };
    await import(${JSON.stringify(pathToFileURL(file).href)});
    const ms = performance.now();
    const maps = process.getBuiltinModule('node:fs').readFileSync('/proc/self/maps', 'utf8');
    console.log(JSON.stringify({ ms, native: maps.includes('.node') }));
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...environment, NODE_PATH: join(directory, 'layer') },
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`importing ${file} failed with exit ${String(code)}`);
  return JSON.parse(output) as { ms: number; native: boolean };
}

/** A handler reads its names on import and connects to nothing. */
const environment: Record<string, string> = {
  AWS_REGION: 'eu-central-1',
  LANCE_CPU_THREADS: '4',
  ...Object.fromEntries(
    [...tenantsEnv, ...knowledgeEnv, ...scraperEnv, ...assistantEnv, ...chatEnv].map(name => [name, 'x']),
  ),
  KNOWLEDGE_INDEX_URI: 's3://x/index',
  OPENAI_BASE_URL: '',
};

/** Bytes of the entry and of every file that it imports statically. */
function readOnImport({ outputs }: Metafile): number {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement') visit(path);
  };
  for (const [file, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint !== undefined && file.endsWith('/index.mjs')) visit(file);
  }
  return [...seen].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  const sizes = await Promise.all(names.map(name => stat(join(directory, name))));
  return sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
