import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capabilities } from '../functions/capabilities.ts';
import {
  circles,
  eagerPackages,
  type Sources,
  tablesTouchedOutsideStores,
  wrongBetweenCapabilities,
  wrongBetweenParts,
  wrongWithinCapabilities,
} from './support/import-rules.ts';

const root = join(import.meta.dirname, '..');
const sources: Sources = new Map(
  ['functions', 'lib', 'bin', 'local', 'web', 'test']
    .flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(path => `${folder}/${path}`),
    )
    .filter(path => /\.tsx?$/.test(path) && !/(?:^|\/)(?:node_modules|dist)\//.test(path))
    .map(path => [path, readFileSync(join(root, path), 'utf8')]),
);
const made = (files: Record<string, string>): Sources => new Map(Object.entries(files));

const longestFile = 300;
const longestHandler = 60;
const emptyNames = /(?:^|[-.])(?:utils?|helpers?|managers?|services?|common|misc)(?:[-.]|$)/;

const lines = (text: string) => text.trimEnd().split('\n').length;
const tooLong = (files: Sources) =>
  [...files]
    .filter(([path, text]) => lines(text) > (path.endsWith('/handler.ts') ? longestHandler : longestFile))
    .map(([path, text]) => `${path} has ${lines(text)} lines`);
const emptilyNamed = (files: Sources) => [...files.keys()].filter(path => emptyNames.test(basename(path)));
const moduleMocks = (files: Sources) =>
  [...files].filter(([, text]) => /\bvi\s*\.\s*(?:do)?mock\(/i.test(text)).map(([path]) => path);
const zodByName = (files: Sources) =>
  [...files]
    .filter(
      ([path, text]) => path.startsWith('functions/') && /import \{[^}]*\bz\b[^}]*\} from 'zod'/.test(text),
    )
    .map(([path]) => path);

/** Zod's own parse: its error does not name the item, as `parseItem` does. */
const itemsParsedByZod = (files: Sources) =>
  [...files]
    .filter(([path, text]) => path.endsWith('store.ts') && /(?<!JSON|URL|Date)\.(?:safeP|p)arse\(/.test(text))
    .map(([path]) => path);

describe('imports', () => {
  test('of another capability are of its index.ts, and only of an earlier one', () => {
    expect(wrongBetweenCapabilities(sources, capabilities)).toEqual([]);
  });

  test('keep to their part: platform knows no capability, lib reads env.ts, web reads schema.ts, both what is portable', () => {
    expect(wrongBetweenParts(sources)).toEqual([]);
  });

  test('go from handler to routes to domain to store, and schema.ts and env.ts stay light', () => {
    expect(wrongWithinCapabilities(sources)).toEqual([]);
  });

  test('lead no file back to itself', () => {
    expect(circles(sources)).toEqual([]);
  });

  test('of heavy packages are lazy in code that answers requests', () => {
    expect(eagerPackages(sources)).toEqual([]);
    expect(zodByName(sources)).toEqual([]);
  });
});

describe('files', () => {
  test('that touch a table are the stores of its capability', () => {
    expect(tablesTouchedOutsideStores(sources)).toEqual([]);
  });

  test('that are stores read items with parseItem', () => {
    expect(itemsParsedByZod(sources)).toEqual([]);
  });

  test(`have at most ${longestFile} lines, a handler at most ${longestHandler}`, () => {
    expect(tooLong(sources)).toEqual([]);
  });

  test('are named for what they do', () => {
    expect(emptilyNamed(sources)).toEqual([]);
  });

  test('mock no module', () => {
    expect(moduleMocks(sources).filter(path => path !== 'test/architecture.test.ts')).toEqual([]);
  });
});

describe('every capability', () => {
  test('is in the list, and the list names nothing else', () => {
    const folders = readdirSync(join(root, 'functions'), { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== 'platform')
      .map(entry => entry.name);
    expect(folders.sort()).toEqual([...capabilities].sort());
  });

  test.each(capabilities)('%s is found by its name in functions, lib and test', capability => {
    for (const path of [`functions/${capability}/index.ts`, `lib/${capability}.ts`, `test/${capability}`]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  });
});

describe('each rule can fail:', () => {
  const portable = 'functions/platform/portable';
  const order = ['tenants', 'chat'];

  test.each<[string, string, string]>([
    ['a later capability', 'functions/tenants/a.ts', `import { x } from '../chat/index.ts';`],
    ['the inside of another', 'functions/chat/a.ts', `import type { X } from '../tenants/store.ts';`],
    ['the inside of another, lazily', 'functions/chat/a.ts', `await import('../tenants/store.ts')`],
    [
      'the inside of another, over lines',
      'functions/chat/a.ts',
      `import {\n  x,\n} from '../tenants/keys.ts';`,
    ],
    ['the routes of another', 'functions/chat/a.ts', `import { x } from '../tenants/keys/routes.ts';`],
    ['the inside of another, by re-export', 'functions/chat/a.ts', `export * from '../tenants/keys.ts';`],
  ])('between capabilities, %s', (_, path, text) => {
    expect(wrongBetweenCapabilities(made({ [path]: text }), order)).toHaveLength(1);
  });

  test.each<[string, string, string]>([
    ['platform on a capability', 'functions/platform/a.ts', `import { x } from '../chat/index.ts';`],
    ['a list on a capability', 'functions/api-list.ts', `import { x } from './chat/endpoints.ts';`],
    ['a list on a face', 'functions/api-list.ts', `import { x } from './chat/index.ts';`],
    ['platform on the list', 'functions/platform/a.ts', `import { x } from '../capabilities.ts';`],
    ['a function on lib', 'functions/chat/a.ts', `import '../../lib/chat.ts';`],
    ['a function on the laptop', 'functions/chat/a.ts', `import('../../local/emulators.ts')`],
    ['lib on a store', 'lib/chat.ts', `import { x } from '../functions/chat/run/thread-store.ts';`],
    ['lib on platform', 'lib/chat.ts', `import { x } from '../functions/platform/env.ts';`],
    ['web on platform', 'web/chat/a.ts', `import { x } from '../../functions/platform/schema.ts';`],
    ['what a browser runs on platform', `${portable}/a.ts`, `import { x } from '../ids.ts';`],
    ['what a browser runs on Node', `${portable}/a.ts`, `import { x } from 'node:fs';`],
    ['web on a route', 'web/chat/main.tsx', `import { x } from '../../functions/chat/routes.ts';`],
    ['the product on a test', 'local/start.ts', `import { x } from '../test/support/emulated.ts';`],
  ])('between parts, %s', (_, path, text) => {
    expect(wrongBetweenParts(made({ [path]: text }))).toHaveLength(1);
  });

  test.each<[string, string, string]>([
    ['a store on the domain', 'functions/chat/run/thread-store.ts', `import { x } from './claim.ts';`],
    ['the domain on routes', 'functions/chat/run/claim.ts', `import { x } from './routes.ts';`],
    ['routes on the handler', 'functions/chat/routes.ts', `import { x } from './handler.ts';`],
    ['a face on routes', 'functions/chat/index.ts', `export { x } from './ask/routes.ts';`],
    ['a face on endpoints', 'functions/chat/index.ts', `export { x } from './endpoints.ts';`],
    ['a schema on node', 'functions/chat/schema.ts', `import { x } from 'node:crypto';`],
    ['an environment on anything', 'functions/chat/env.ts', `import { x } from './schema.ts';`],
  ])('within a capability, %s', (_, path, text) => {
    expect(wrongWithinCapabilities(made({ [path]: text }))).toHaveLength(1);
  });

  test('no circles', () => {
    const chain = {
      'lib/a.ts': `import type { B } from './b.ts';`,
      'lib/b.ts': `export { c } from './c.ts';\nimport { d } from './d.ts';`,
      'lib/d.ts': `import 'node:fs';`,
    };
    expect(circles(made({ ...chain, 'lib/c.ts': '' }))).toEqual([]);
    expect(circles(made({ ...chain, 'lib/c.ts': `await import('./a.ts')` }))).toEqual([
      'lib/a.ts, lib/b.ts, lib/c.ts',
    ]);
    expect(circles(made({ ...chain, 'lib/d.ts': `import './d.ts';` }))).toEqual(['lib/d.ts']);
  });

  test('the rest', () => {
    const effects = { 'functions/chat/effects.ts': 'readonly chat: Table;' };
    expect(
      tablesTouchedOutsideStores(made({ ...effects, 'functions/chat/run/claim.ts': 'effects.chat.get' })),
    ).toHaveLength(1);
    expect(
      tablesTouchedOutsideStores(
        made({ ...effects, 'functions/chat/run/claim.ts': 'const { chat } = effects;' }),
      ),
    ).toHaveLength(1);
    expect(
      tablesTouchedOutsideStores(
        made({ ...effects, 'functions/chat/run/claim.ts': 'function f({ chat }: ChatEffects) {}' }),
      ),
    ).toHaveLength(1);
    expect(
      tablesTouchedOutsideStores(
        made({ ...effects, 'functions/chat/a.ts': "({ clock, chat: t }: Pick<RunEffects, 'chat'>) => t" }),
      ),
    ).toHaveLength(1);
    expect(
      tablesTouchedOutsideStores(made({ ...effects, 'functions/admin/store.ts': 'effects.chat' })),
    ).toHaveLength(1);
    expect(
      tablesTouchedOutsideStores(made({ ...effects, 'functions/chat/run/run-store.ts': 'effects.chat' })),
    ).toEqual([]);
    expect(eagerPackages(made({ 'functions/chat/a.ts': `import OpenAI from 'openai';` }))).toHaveLength(1);
    expect(
      eagerPackages(made({ 'functions/chat/a.ts': `import type O from 'openai'; import('openai')` })),
    ).toEqual([]);
    expect(zodByName(made({ 'functions/chat/a.ts': `import { z } from 'zod';` }))).toHaveLength(1);
    expect(
      tooLong(made({ 'lib/a.ts': 'x\n'.repeat(301), 'functions/a/handler.ts': 'x\n'.repeat(61) })),
    ).toHaveLength(2);
    expect(
      emptilyNamed(made({ 'lib/string-utils.ts': '', 'web/helpers.tsx': '', 'lib/user.service.ts': '' })),
    ).toHaveLength(3);
    expect(
      itemsParsedByZod(made({ 'functions/a/store.ts': 'rowSchema.parse(item); JSON.parse(text);' })),
    ).toHaveLength(1);
    expect(moduleMocks(made({ 'test/a.test.ts': `vi.doMock('x')` }))).toHaveLength(1);
  });
});

test('docs/decisions/README.md names every decision by its own title', () => {
  const folder = join(root, 'docs/decisions');
  const titles = readdirSync(folder)
    .filter(file => file !== 'README.md')
    .map(file => [/^# (.+)/.exec(readFileSync(join(folder, file), 'utf8'))?.[1], file]);
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  expect([...index.matchAll(/^- \[(.+)\]\((.+)\)$/gm)].map(([, title, file]) => [title, file])).toEqual(
    titles.toSorted(([, one = ''], [, other = '']) => one.localeCompare(other)),
  );
});

describe('docs/architecture.md walks through', () => {
  const doc = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const walks = [...doc.matchAll(/^\*\*(A \w+)\*\*[^*]+?: (\d+) files\.$((?:\n|\d+\. .+)+)/gm)].map(
    ([, name = '', count, list = '']) => ({
      name,
      count: Number(count),
      files: [...list.matchAll(/^\d+\. `(.+?)`: /gm)].map(([, file]) => `functions/${file}`),
    }),
  );

  test('a question and a page', () => {
    expect(walks.map(({ name }) => name)).toEqual(['A question', 'A page']);
  });

  test.each(walks)('$name by files that exist, each once, as many as it says', ({ count, files }) => {
    expect(files.filter(file => !sources.has(file))).toEqual([]);
    expect(new Set(files).size).toBe(count);
    expect(files).toHaveLength(count);
  });
});
