import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from './switchboard.ts';

let folder: string;
let robots: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allowed-'));
  robots = join(folder, 'robots.txt');
  await writeFile(
    robots,
    'User-agent: *\nDisallow: /private\nAllow: /private/open$\n\nUser-agent: kestrel\nDisallow: /',
  );
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['forbidden by a rule', '/private/x', [], { allowed: false, rule: 'Disallow: /private' }],
  ['allowed by a longer one', '/private/open', [], { allowed: true, rule: 'Allow: /private/open$' }],
  ['that no rule is about', '/', [], { allowed: true, rule: null }],
  [
    'forbidden to one robot',
    '/',
    ['--agent', 'Kestrel/2.1 (linux)'],
    { allowed: false, rule: 'Disallow: /' },
  ],
  [
    'forbidden to a robot that calls itself a browser',
    '/',
    ['--agent', 'Mozilla/5.0 (compatible; Kestrel/2.1; +https://kestrel.example/)'],
    { allowed: false, rule: 'Disallow: /' },
  ],
])('an address %s is told with the rule', async (_, path, more, verdict) => {
  const { code, stdout } = await runHere([
    'allowed',
    `https://hall.example${path}`,
    '--robots',
    robots,
    '--json',
    ...more,
  ]);
  expect([code, JSON.parse(stdout)]).toEqual([0, verdict]);
});

test('a person reads it in words', async () => {
  const { stdout } = await runHere(['allowed', 'https://hall.example/private', '--robots', robots]);
  expect(stdout).toBe('not allowed: Disallow: /private\n');
});

test('lines are answered one by one, and a bad one does not end the stream', async () => {
  const line = (id: number, url: string) =>
    `${JSON.stringify({ id, url, agent: 'kestrel', robots: 'User-agent: kestrel\nDisallow: /x' })}\n`;
  const { stdout } = await runHere(['allowed', '-'], {}, [
    line(1, 'https://hall.example/x'),
    'none\n',
    '{"id":2}\n',
    line(3, 'https://hall.example/'),
  ]);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((each): unknown => JSON.parse(each)),
  ).toMatchObject([
    { id: 1, allowed: false, rule: 'Disallow: /x' },
    { id: null, ok: false },
    { id: 2, ok: false },
    { id: 3, allowed: true, rule: null },
  ]);
});
