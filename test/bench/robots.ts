import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseRobots } from '../../functions/scraper/site/robots.ts';
import type { Row } from './row.ts';

const casesSchema = z.array(
  z.object({ robots: z.string(), ua: z.string(), url: z.string(), allowed: z.boolean() }),
);

/** Compares decisions with those of Google's parser, in its own tests (`<dataDir>/robots/cases.json`). */
export async function run(dataDir?: string): Promise<Row[]> {
  if (dataDir === undefined) {
    console.log('no reference decisions: give their folder with --data DIR');
    return [];
  }
  const cases = casesSchema.parse(JSON.parse(await readFile(join(dataDir, 'robots', 'cases.json'), 'utf8')));
  const started = performance.now();
  const right = cases.filter(({ robots, ua, url, allowed }) => {
    return parseRobots(robots, ua).verdict(url).allowed === allowed;
  });
  const spent = performance.now() - started;
  return [
    {
      name: `robots.txt decided as Google does, of ${cases.length}`,
      figure: right.length,
      unit: 'cases',
      bar: 'all',
      ok: right.length === cases.length,
    },
    { name: 'read and decide', figure: spent / cases.length, unit: 'ms/case' },
  ];
}
