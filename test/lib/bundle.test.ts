import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository } from '../../lib/constructs/bundle.ts';
import { bundling } from '../../lib/constructs/bundling.ts';

const native = '@lancedb/lancedb-linux-x64-gnu';
const limitBytes = 250 * 1024 * 1024;
const entries = {
  chat: 'functions/chat/handler.ts',
  admin: 'functions/admin/handler.ts',
  knowledge: 'functions/knowledge/handler.ts',
  scraper: 'functions/scraper/handler.ts',
};
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchboard-bundle-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const bundle = (name: string, input: BuildOptions) =>
  build({ ...bundling, ...input, absWorkingDir: repository, outdir: join(directory, name), metafile: true });

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map(file => stat(join(folder, file))));
  return sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'a bundle finds the native library in its layer, and searches with it',
  async () => {
    const contents = `
      import { createLanceIndex } from './functions/knowledge/lance-index.ts';
      import { systemClock } from './functions/platform/clock.ts';
      import { documentOf, help } from './test/knowledge/indexed-document.ts';
      const index = createLanceIndex(process.argv[2], systemClock, { freshnessSeconds: 0 });
      await index.write('acme', { put: [documentOf('hours', ['We open at nine.'])], remove: [] });
      await index.optimize('acme');
      const hits = await index.search('acme', { mode: help, text: 'when do you open', limit: 5 });
      console.log(JSON.stringify(hits.map(({ documentId }) => documentId)));
      process.exit(0);`;
    const stdin = { contents, resolveDir: repository, loader: 'ts' } as const;
    await bundle('search', { stdin, entryNames: 'index' });
    const layer = join(directory, 'opt/nodejs/node_modules');
    await mkdir(join(layer, '@lancedb'), { recursive: true });
    await symlink(join(repository, 'node_modules', native), join(layer, native));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(directory, 'search/index.mjs'), join(directory, 'index')],
      { cwd: directory, env: { NODE_PATH: layer, LANCE_CPU_THREADS: '4' } },
    );
    expect(JSON.parse(stdout)).toEqual(['hours']);
  },
);

describe.each(Object.entries(entries))('the bundle of %s', (name, entry) => {
  test('carries all that it imports, but Node itself and the layer, and fits into a function beside it', async () => {
    const { metafile } = await bundle(name, { entryPoints: { index: entry } });
    const external = Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external }) => external)
      .map(({ path }) => path)
      .filter(
        path => !isBuiltin(path) && !path.startsWith('@lancedb/lancedb-') && !path.startsWith('./lancedb.'),
      );
    // Left out on purpose, and asked for inside a try: models that run in the process.
    expect(external.filter(path => path !== '@huggingface/transformers')).toEqual([]);
    // A package in CommonJS that is imported later would have lost the names of its exports.
    const nameless = Object.values(metafile.outputs).filter(
      ({ entryPoint, exports }) => entryPoint !== undefined && exports.join() === 'default',
    );
    expect(nameless.map(({ entryPoint }) => entryPoint)).toEqual([]);
    const layer = await sizeOf(join(repository, 'node_modules', native));
    expect((await sizeOf(join(directory, name))) + layer).toBeLessThan(limitBytes);
  });
});
