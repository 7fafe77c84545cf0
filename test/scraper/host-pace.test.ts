import { describe, expect, test } from 'vitest';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { hostTurns } from '../../functions/scraper/fetch/host-turn-store.ts';
import { Pace, Postponed } from '../../functions/scraper/fetch/pace.ts';
import { clockedWorker } from './clocked-worker.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { manyPages, page, plain } from './site-server.ts';

const other = 'other' as WorkspaceId;
const never = new AbortController().signal;

/** Opens the site, and notes at which time of the clock each page was asked for. */
async function openNoted(
  worker: ReturnType<typeof clockedWorker>,
  pages: Parameters<typeof openSite>[0],
): Promise<{ path: string; at: number }[]> {
  const asked: { path: string; at: number }[] = [];
  const noted = Object.entries(pages).map(([path, answer]): [string, typeof answer] => [
    path,
    (request, response) => {
      asked.push({ path: request.url ?? '', at: worker.now() });
      return typeof answer === 'function' ? answer(request, response) : answer;
    },
  ]);
  await openSite(Object.fromEntries(noted));
  return asked;
}

describe('a host that asks for a delay', () => {
  test('gets it from the workers of all workspaces together, and none of them waits for it', async () => {
    const worker = clockedWorker(world.effects);
    const asked = await openNoted(worker, {
      '/robots.txt': plain('User-agent: *\nCrawl-delay: 10\nSitemap: /map.xml'),
      '/map.xml': {
        headers: { 'content-type': 'application/xml' },
        body: '<urlset><url><loc>/listed</loc></url></urlset>',
      },
      '/': page('Slow', 'A slow site indeed.', ['/a', '/b']),
      '/a': page('Slow A', 'First slow page.'),
      '/b': page('Slow B', 'Second slow page.'),
      '/listed': page('Listed', 'Known from the map.'),
      '*': { status: 404, body: 'no such page' },
    });
    const [one, two] = await Promise.all([
      worker.learn(acme, `${site.origin}/`),
      worker.learn(other, `${site.origin}/`),
    ]);
    const jobs = [
      { workspace: acme, id: one.id },
      { workspace: other, id: two.id },
    ];
    for (const job of await worker.end(...jobs))
      expect(job).toMatchObject({ status: 'completed', result: { pages: 4, complete: true } });
    const times = asked.filter(({ path }) => path !== '/robots.txt').map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10_000);
    // What a site says of itself is asked for once a job, however many slices it takes.
    expect(asked.filter(({ path }) => path === '/robots.txt')).toHaveLength(2);
    expect(asked.filter(({ path }) => path === '/map.xml')).toHaveLength(2);
    expect(asked.filter(({ path }) => path.startsWith('/no-such-page'))).toHaveLength(2);
    for (const path of ['/a', '/b', '/listed'])
      expect(asked.filter(one => one.path === path)).toHaveLength(2);
  });

  test('has one slice at a time: the message that watches the job adds no second one', async () => {
    const worker = clockedWorker(world.effects);
    await openNoted(worker, { ...manyPages(5), '/robots.txt': plain('User-agent: *\nCrawl-delay: 20') });
    const { id } = await worker.learn(acme, `${site.origin}/`);
    const [job] = await worker.end({ workspace: acme, id });
    expect(job?.result).toMatchObject({ pages: 5, complete: true });
    const left = worker.waiting.filter(({ message }) => 'job' in message && message.job === id);
    expect(left.map(({ message }) => message.kind)).toEqual(['watch']);
  });
});

describe('a host that is too busy', () => {
  const answers: Record<string, (now: number) => string> = {
    'in seconds': () => '600',
    'as a date': now => new Date(now + 600_000).toUTCString(),
  };
  test.each(Object.entries(answers))(
    'and names the time %s is left alone by all workers until then, and nothing is missing',
    async (_, retryAfter) => {
      const worker = clockedWorker(world.effects);
      // A date has whole seconds.
      worker.move(1000 - (worker.now() % 1000));
      let busySince: number | undefined;
      const busy = Promise.withResolvers<void>();
      const asked = await openNoted(worker, {
        ...manyPages(12),
        '/5': () => {
          if (busySince !== undefined) return page('Page 5', 'This is page number 5 of many.');
          busySince = worker.now();
          busy.resolve();
          return { status: 429, headers: { 'retry-after': retryAfter(worker.now()) } };
        },
        '*': { status: 404, body: 'no such page' },
      });
      const one = await worker.learn(acme, `${site.origin}/`);
      const begun = worker.end({ workspace: acme, id: one.id });
      await busy.promise;
      const before = asked.length;
      const two = await worker.learn(other, `${site.origin}/`);
      for (const job of [...(await begun), ...(await worker.end({ workspace: other, id: two.id }))])
        expect(job).toMatchObject({ status: 'completed', result: { pages: 12, failed: 0, complete: true } });
      const since = busySince ?? Number.NaN;
      const meanwhile = asked.slice(before).filter(({ at }) => at > since && at < since + 600_000);
      expect(meanwhile).toEqual([]);
      expect(worker.now()).toBeGreaterThanOrEqual(since + 600_000);
    },
  );

  test('five times for one page fails that page alone', async () => {
    const worker = clockedWorker(world.effects);
    const asked = await openNoted(worker, {
      ...manyPages(4),
      '/1': { status: 429, headers: { 'retry-after': '60' } },
      '*': { status: 404, body: 'no such page' },
    });
    const { id } = await worker.learn(acme, `${site.origin}/`);
    const [job] = await worker.end({ workspace: acme, id });
    expect(job).toMatchObject({ status: 'completed', result: { pages: 3, failed: 1, complete: false } });
    expect(asked.filter(({ path }) => path === '/1')).toHaveLength(5);
    expect(asked.filter(({ path }) => path === '/2')).toHaveLength(1);
  });
});

describe('the pace', () => {
  const url = new URL('https://pace.example/');
  const paceOf = (before?: { concurrency: number; busy: Record<string, number> }) => {
    const { clock } = world.effects;
    const limits = { concurrency: 8, until: clock.now() + 3600_000, before };
    return new Pace(limits, hostTurns(world.effects), clock);
  };

  test('slows down after errors and slow answers, and speeds up again after good ones, to where it began', () => {
    const pace = paceOf();
    pace.note('failed', 10);
    pace.note('good', 9_000);
    expect(pace.concurrency).toBe(6);
    for (let answer = 0; answer < 10; answer += 1) pace.note('good', 10);
    expect(pace.concurrency).toBe(7);
    for (let answer = 0; answer < 100; answer += 1) pace.note('good', 10);
    expect(pace.concurrency).toBe(8);
    for (let answer = 0; answer < 100; answer += 1) pace.note('failed', 10);
    expect(pace.concurrency).toBe(4);
  });

  test('that one slice has learned is the one at which the next begins', async () => {
    const pace = paceOf();
    await pace.pause(url, 60_000);
    pace.noteBusy(url);
    const next = paceOf(pace.learned);
    expect(next.concurrency).toBe(4);
    expect(next.noteBusy(url)).toBe(2);
    await expect(next.turn(url, never)).rejects.toThrow(Postponed);
  });
});
