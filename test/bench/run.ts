import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Bench } from './row.ts';

/**
 * `npm run bench [-- --only NAME[,NAME]] [--data DIR] [--seconds N]`: runs the benches one after the other, prints a
 * table and writes `.local/bench.json`. DIR holds public reference sets; a bench that needs one says so when it is
 * absent. N shortens the five minutes of `load`. Exits 1 when a bar is missed.
 */
const benches: Record<string, () => Promise<Bench>> = {
  'cold-start': () => import('./cold-start.ts'),
  'local-start': () => import('./local-start.ts'),
  'first-token': () => import('./first-token.ts'),
  'at-once': () => import('./at-once.ts'),
  streams: () => import('./streams.ts'),
  takeover: () => import('./takeover.ts'),
  cost: () => import('./cost.ts'),
  crawl: () => import('./crawl.ts'),
  'crawl-browser': () => import('./crawl-browser.ts'),
  memory: () => import('./memory.ts'),
  hostile: () => import('./hostile.ts'),
  retrieval: () => import('./retrieval.ts'),
  extraction: () => import('./extraction.ts'),
  documents: () => import('./documents.ts'),
  robots: () => import('./robots.ts'),
  vectors: () => import('./vectors.ts'),
  limits: () => import('./limits.ts'),
  answers: () => import('./answers.ts'),
  widget: () => import('./widget.ts'),
  load: () => import('./load.ts'),
  doors: () => import('./doors.ts'),
};

const { values } = parseArgs({
  options: { only: { type: 'string' }, data: { type: 'string' }, seconds: { type: 'string' } },
});
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
if (seconds !== undefined && !(seconds > 0)) {
  console.error(`--seconds ${values.seconds}: a number of seconds`);
  process.exit(2);
}
const chosen = values.only?.split(',') ?? Object.keys(benches);

const results = [];
for (const name of chosen) {
  const load = benches[name];
  if (!load) {
    console.error(`no bench "${name}"; there are: ${Object.keys(benches).join(', ')}`);
    process.exit(2);
  }
  console.log(`\n## ${name}`);
  const rows = await (await load()).run(values.data, seconds);
  console.table(
    rows.map(({ name, figure, unit, bar, ok }) => ({
      measure: name,
      figure: Number(figure.toPrecision(4)),
      unit,
      bar: bar ?? '',
      verdict: ok === undefined ? '' : ok ? 'met' : 'MISSED',
    })),
  );
  results.push({ bench: name, rows });
}
await mkdir('.local', { recursive: true });
await writeFile('.local/bench.json', JSON.stringify({ node: process.version, results }, null, 2));
console.log('\nwritten to .local/bench.json');
process.exit(results.some(({ rows }) => rows.some(row => row.ok === false)) ? 1 : 0);
