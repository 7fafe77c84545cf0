import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { capabilities } from '../functions/capabilities.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/environment.md'), 'utf8');
const sources = ['functions', 'lib', 'bin', 'local', 'web', 'test']
  .flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(path => `${folder}/${path}`),
  )
  .filter(path => /\.tsx?$/.test(path) && !/\/(?:node_modules|dist|fixtures)\//.test(path))
  .filter(path => path !== 'test/environment.test.ts')
  .map(path => readFileSync(join(root, path), 'utf8'))
  .join('\n');

/** Those in the first column of the page's tables. */
const namesIn = (text: string) =>
  [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
  );
const told = namesIn(page);

/** What code reads: by its name, by a list of names, or by taking it out of the environment. */
const reads = new Set(
  [
    /\benv\[['"]([A-Z][A-Z_]+)['"]\]/g,
    /\bprocess\.env\.([A-Z][A-Z_]+)/g,
    /\{ ([A-Z][A-Z_]+) \}: NodeJS\.ProcessEnv/g,
    /'((?:OPENAI|ANTHROPIC|GEMINI|COMPATIBLE|EMBEDDING)_(?:API_KEY|BASE_URL))'/g,
  ].flatMap(form => [...sources.matchAll(form)].map(([, name = '']) => name)),
);

test('docs/environment.md names every variable once that anything reads, and no other', async () => {
  const ofFunctions = await Promise.all(
    capabilities.map(async capability => {
      const path = join(root, 'functions', capability, 'env.ts');
      const exported = await import(path).catch(() => ({}));
      return Object.values(exported as Record<string, readonly string[]>).flat();
    }),
  );
  expect(ofFunctions.flat().length).toBeGreaterThan(10);
  const known = new Set([...reads, ...ofFunctions.flat()]);
  expect(told.toSorted()).toEqual([...known].toSorted());
});

test('`npm start -- --help` names every variable of a local start, but for those that it sets itself', async () => {
  const [, section = ''] = /^## Of `npm start`\n([^]*?)^## /m.exec(page) ?? [];
  const [, alike = ''] = /^(.*) mean what they mean above\.$/m.exec(section) ?? [];
  const read = [
    ...namesIn(section.replaceAll(/^.*\| set for .*$/gm, '')),
    ...[...alike.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
  ];
  expect(read.length).toBeGreaterThan(15);
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/local.ts', '--help'], { cwd: root });
  const help = new Set(stdout.match(/\b[A-Z][A-Z_]+\b/g));
  expect(read.filter(name => !help.has(name))).toEqual([]);
});
