import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { runHere, start, switchboard } from './switchboard.ts';

let world: World;
let slowSite: Server;
let slowUrl: string;

beforeAll(async () => {
  world = await startWorld({ skipSampleSite: true });
  slowSite = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.url === '/robots.txt') {
      response.writeHead(404).end();
      return;
    }
    if (request.url?.endsWith('.pdf')) {
      response.setHeader('content-type', 'application/pdf');
      response.end(`%PDF-1.7 ${request.url}`);
      return;
    }
    const number = Number(request.url?.slice(1) || 0);
    // A tree: a chain would soon be too deep for the crawler, and the job over before it is followed.
    const onward = [1, 2].map(more => `<a href="/${2 * number + more}">on</a>`).join('');
    const links = `${onward}<object data="/plan.pdf"></object><object data="/rates.pdf"></object>`;
    const page = `<title>${number}</title><main><h1>${number}</h1><p>The page of the number ${number}.</p>${links}</main>`;
    setTimeout(() => response.end(page), 400);
  });
  await new Promise<void>(listening => slowSite.listen(0, '127.0.0.1', listening));
  const address = slowSite.address();
  slowUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
}, 180_000);
afterAll(async () => {
  slowSite.closeAllConnections();
  slowSite.close();
  await world.stop();
});

const local = () => ({ PORT: String(world.port), XDG_STATE_HOME: world.stateHome });
const sample = () => `${world.url}/sample/`;
const question = 'When is the library open on Saturday?';

/** The counts of a line of progress or of the result, by their words. */
const countsIn = (line: string): Record<string, number> =>
  Object.fromEntries(
    [...line.matchAll(/(\d+) (found|new|updated|unchanged|removed|skipped|failed|chunks)/g)].map(
      ([, count, word = '']) => [word, Number(count)],
    ),
  );

describe('with a running system', { timeout: 120_000 }, () => {
  test('a question before anything is learned is answered plainly, without a source', async () => {
    const { code, stdout } = await runHere(['ask', question, '--json'], local());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done', sources: [] });
  });

  test('a site is learned, and learned again without a duplicate', async () => {
    const first = await switchboard(['learn', sample()], local());
    expect(first.code).toBe(0);
    const [, pages = '0', added] =
      /^Learned (\d+) pages: (\d+) new, 0 updated, 0 unchanged, 0 removed/.exec(first.stdout) ?? [];
    expect(Number(pages)).toBeGreaterThan(5);
    expect(added).toBe(pages);
    expect(first.stderr).toContain('Learning for the mode "default"');
    const second = await runHere(['learn', sample()], local());
    expect(second.code).toBe(0);
    expect(second.stdout).toContain(
      `Learned ${pages} pages: 0 new, 0 updated, ${pages} unchanged, 0 removed`,
    );
    for (const { stdout, stderr } of [first, second]) {
      const { found, ...progress } = countsIn(stderr.slice(stderr.lastIndexOf('done: ')));
      expect(found).toBe(Number(pages));
      expect(countsIn(stdout), 'the result says what the last progress said').toMatchObject(progress);
    }
  });

  test('then the question is answered with the page that says so', async () => {
    const { code, stdout } = await switchboard(['ask', question], local());
    expect(code).toBe(0);
    expect(stdout).toMatch(/9:00/);
    expect(stdout).toMatch(/\[1\] Opening hours/);
    expect(stdout).toContain(`${world.url}/sample/opening-hours`);
    const { stdout: json } = await runHere(['ask', '--json', question], local());
    const told = JSON.parse(json) as {
      answer: string;
      sources: { n: number; url: string }[];
      status: string;
    };
    expect(stdout.startsWith(told.answer)).toBe(true);
    for (const { n } of told.sources) expect(told.answer).toContain(`[${n}]`);
  });

  test('a mode of its own answers from its own pages only', async () => {
    const learned = await runHere(['learn', slowUrl, '--mode', 'numbers', '--max-pages', '3'], local());
    expect(learned.stderr).toContain('the new mode "numbers"');
    expect(learned.stdout).toMatch(/^Learned 3 pages/);
    const { stdout } = await runHere(['ask', question, '--mode', 'numbers', '--json'], local());
    expect(JSON.stringify(JSON.parse(stdout))).not.toContain('opening-hours');
  });

  test.each([
    ['a page that is not there', () => `${world.url}/sample/nothing`],
    ['an address that is none', () => 'ftp://www.example.org/'],
    ['a host that is not there', () => 'http://127.0.0.1:9/'],
  ])('nothing is learned from %s, and the exit code says so', async (_, url) => {
    const { code, stdout, stderr } = await runHere(['learn', url()], local());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim()).not.toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('a mode that was made for a site of which nothing is learned stays, as is said, for another try', async () => {
    const first = await runHere(['learn', `${world.url}/sample/nothing`, '--mode', 'empty'], local());
    expect(first.code).toBe(1);
    expect(first.stderr).toContain('The new mode "empty" stays');
    expect(first.stderr).toContain('DELETE /admin/modes/empty');
    expect(await runHere(['ask', question, '--mode', 'empty'], local())).toMatchObject({ code: 0 });
    const again = await runHere(['learn', `${world.url}/sample/nothing`, '--mode', 'empty'], local());
    expect(again.stderr).not.toContain('new mode');
    const remove = await fetch(`${world.url}/admin/modes/empty`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${world.adminKey}` },
    });
    expect(remove.status).toBe(200);
    expect((await runHere(['ask', 'why?', '--mode', 'empty'], local())).code).toBe(1);
  });

  test('an unknown mode is told', async () => {
    const { code, stderr } = await runHere(['ask', 'why?', '--mode', 'nobody'], local());
    expect([code, stderr]).toEqual([1, 'mode "nobody" not found\n']);
  });

  test('a mode is told to learn by itself, which its schedule follows, and to stop', async () => {
    const kept = join(world.dataDir, 'scheduler', 'schedules.json');
    const follows = (matches: (schedules: string) => boolean) =>
      expect.poll(() => matches(readFileSync(kept, 'utf8')), { timeout: 60_000, interval: 200 }).toBe(true);
    const said = await runHere(['schedule', 'numbers', 'weekly', '--site', slowUrl], local());
    expect(said.stdout).toBe(`numbers  weekly  not learned yet\n  ${slowUrl}\n`);
    await follows(schedules => schedules.includes('cron(0 3 ? * SUN *)'));
    expect((await runHere(['schedule'], local())).stdout).toContain('default  manual');
    expect((await runHere(['schedule', 'numbers', 'manual'], local())).stdout).toContain(slowUrl);
    await follows(schedules => !schedules.includes('SUN'));
    for (const wrong of [
      ['schedule', 'numbers', 'hourly'],
      ['schedule', 'numbers', '--site', slowUrl],
    ])
      expect((await runHere(wrong, local())).code).toBe(2);
    expect((await runHere(['schedule', 'nobody', 'daily'], local())).code).toBe(1);
  });

  test('the pages of a mode are listed, blocked, let in again and taken out', async () => {
    const listed = await runHere(['pages', 'default'], local());
    expect(listed.stdout).toMatch(/^id +words +address +title\n/);
    const row = listed.stdout.split('\n').find(line => line.includes('/sample/opening-hours')) ?? '';
    const [id = '', words = ''] = row.split(/ +/);
    expect(Number(words)).toBeGreaterThan(10);
    const url = `${world.url}/sample/opening-hours`;
    const { stdout: json } = await runHere(['pages', 'default', '--json'], local());
    expect(JSON.parse(json)).toMatchObject({ mode: 'default', scraped_content: expect.any(Array) });
    expect((await runHere(['pages', 'default', '--sites'], local())).stdout).toContain(
      `127.0.0.1:${world.port}`,
    );
    expect(await runHere(['pages', 'default', '--block', url], local())).toMatchObject({ code: 0 });
    expect((await runHere(['pages', 'default', '--blocked'], local())).stdout).toContain('opening-hours');
    expect(await runHere(['pages', 'default', '--unblock', url], local())).toMatchObject({ code: 0 });
    expect((await runHere(['pages', 'default', '--blocked'], local())).stdout).toBe('No page is blocked.\n');
    const again = await runHere(['learn', sample()], local());
    expect(again.code).toBe(0);
    const removed = await runHere(['pages', 'default', '--delete', id], local());
    const [, job = ''] = /jobs --follow (\S+)/.exec(removed.stdout) ?? [];
    expect((await runHere(['jobs', '--follow', job], local())).stdout).toBe(
      'Took 1 page out of the mode "default".\n',
    );
    expect((await runHere(['pages', 'default'], local())).stdout).not.toContain('opening-hours');
    const { stdout: jobs } = await runHere(['jobs', '--mode', 'default'], local());
    expect(jobs).toMatch(new RegExp(`^${job} +delete_content .* completed`, 'm'));
    expect((await runHere(['learn', '--all', 'default'], local())).stderr).toContain('no sites');
    await runHere(['schedule', 'default', 'manual', '--site', sample()], local());
    expect((await runHere(['learn', '--all', 'default'], local())).stdout).toMatch(/1 new/);
  });

  test('a document is added, answers, is listed, and is deleted', async () => {
    const path = join(world.stateHome, 'dues.txt');
    writeFileSync(path, 'Each guest boat pays nine crowns a night.\n');
    const added = await runHere(['documents', 'default', '--add', path], local());
    expect(added.stdout).toMatch(/^file-\S+ {2}dues\.txt: 1 passages\n$/);
    const [id = ''] = added.stdout.split(' ');
    const asked = await runHere(['ask', 'What does a guest boat pay a night?'], local());
    expect(asked.stdout).toContain('nine crowns');
    expect(asked.stdout).toContain(`${world.url}/documents/demo/${id}/dues.txt`);
    expect((await runHere(['documents', 'default'], local())).stdout).toMatch(/completed +dues\.txt/);
    expect((await runHere(['documents', '--delete', id], local())).stdout).toBe(`deleted ${id}\n`);
    await expect
      .poll(async () => (await runHere(['documents'], local())).stdout, { timeout: 20_000 })
      .toContain('no documents');
  });

  test('the files that a crawl has found are listed, blocked and dismissed', async () => {
    const files = async (...args: string[]) => (await runHere(['files', 'numbers', ...args], local())).stdout;
    const listed = await files();
    expect(listed).toMatch(/^id +file +type +found on +why it was not added\n/);
    const idOf = (name: string) => new RegExp(`^(\\S+) +${name} +PDF`, 'm').exec(listed)?.[1] ?? '';
    const [plan, rates] = [idOf('plan.pdf'), idOf('rates.pdf')];
    expect(await files('--block', plan)).toBe('blocked plan.pdf\n');
    expect(await files('--dismiss', rates)).toBe('dismissed rates.pdf\n');
    expect(await files()).toBe('No file waits for a decision.\n');
  });

  test('a wrong command line about pages, jobs and files is told', async () => {
    for (const wrong of [
      ['files'],
      ['files', 'numbers', '--add', 'a', '--block', 'b'],
      ['files', 'numbers', '--tag', 'prices'],
      ['pages'],
      ['pages', 'default', '--sites', '--blocked'],
      ['jobs', 'default'],
      ['jobs', '--active'],
    ])
      expect((await runHere(wrong, local())).code, wrong.join(' ')).toBe(2);
    expect((await runHere(['pages', 'nobody'], local())).code).toBe(1);
    expect((await runHere(['jobs', '--mode', 'numbers', '--active', '--json'], local())).stdout).toContain(
      '"jobs"',
    );
  });

  test('Ctrl-C leaves a job running, to be followed and canceled', async () => {
    const running = start(['learn', slowUrl, '--mode', 'endless'], local());
    await running.says(/crawling/);
    running.signal('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    const [, job = ''] = /--cancel (\S+)/.exec(stderr) ?? [];
    const follower = start(['learn', '--follow', job], local());
    await follower.says(/crawling/);
    const canceled = await runHere(['learn', '--cancel', job], local());
    expect(canceled).toMatchObject({ code: 0, stdout: expect.stringContaining('stopped') });
    expect((await follower.ended).code).toBe(1);
    expect((await runHere(['learn', '--cancel', job], local())).stderr).toContain('no scrape job');
  });

  test('a key is created, used, and of no use once it is revoked', async () => {
    const created = await runHere(['key', 'create', '--name', 'a test', '--scope', 'admin'], local());
    const key = created.stdout.trim();
    expect(key).toMatch(/^sb_live_/);
    const given = { SWITCHBOARD_URL: world.url, SWITCHBOARD_API_KEY: key };
    const listed = await runHere(['key', 'list'], given);
    const [, id = ''] = /^(\S+) .* a test$/m.exec(listed.stdout) ?? [];
    expect(listed.stdout + listed.stderr).not.toContain(key);
    const rotated = await runHere(['key', 'rotate', id, '--overlap-hours', '1'], local());
    expect(rotated.stdout.trim()).not.toBe(key);
    const replaced = { SWITCHBOARD_URL: world.url, SWITCHBOARD_API_KEY: rotated.stdout.trim() };
    expect((await runHere(['key', 'list'], replaced)).stdout).toMatch(new RegExp(`${id} .*until .* used `));
    expect((await runHere(['key', 'rotate', id, '--overlap-hours', 'x'], local())).code).toBe(2);
    expect((await runHere(['key', 'revoke', id], local())).code).toBe(0);
    expect((await runHere(['key', 'list'], local())).stdout).toMatch(new RegExp(`${id} .*revoked`));
  });

  test('a key that may only ask can not teach', async () => {
    const { stdout } = await runHere(['key', 'create', '--name', 'website'], local());
    const given = { SWITCHBOARD_URL: world.url, SWITCHBOARD_API_KEY: stdout.trim() };
    expect((await runHere(['ask', question, '--json'], given)).code).toBe(0);
    expect((await runHere(['learn', sample()], given)).code).toBe(3);
  });

  test('a wrong key is refused, though the demo workspace is open without one', async () => {
    const given = { SWITCHBOARD_URL: world.url, SWITCHBOARD_API_KEY: `sb_live_${'A'.repeat(43)}` };
    for (const command of [
      ['ask', question],
      ['learn', sample()],
    ]) {
      expect(await runHere(command, given)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('not valid'),
      });
    }
  });
});
