import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { siteSources } from '../../local/start/build-site.ts';
import { repository } from '../../local/start/repository.ts';

test('the pages are built anew when anything changes that they import', async () => {
  const sources = await siteSources();
  const imported = sources
    .filter(file => /^web\/.*\.tsx?$/.test(file))
    .flatMap(file =>
      [
        ...readFileSync(join(repository, file), 'utf8').matchAll(
          /^(?:im|ex)port (?!type )[^;]*?from '(\.[^'?]+)/gms,
        ),
      ].map(([, path = '']) => join(dirname(file), path)),
    );
  expect(imported.some(path => path.startsWith('functions/'))).toBe(true);
  expect(imported.filter(path => !sources.includes(path))).toEqual([]);
});
