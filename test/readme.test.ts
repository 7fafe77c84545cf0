import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repository } from '../local/start/repository.ts';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const ci = readFileSync(join(repository, '.ci/run'), 'utf8');

/** Those that its sentences name. */
const named = [...readme.matchAll(/`(np[mx] [^`]+)`/g)].map(([, command = '']) => command);
const [help, elsewhere] = ['npm start -- --help', 'npm start -- --data /tmp/try --fresh'];

/** The lines of its `sh` blocks, without what is said about them. */
const commands = [...readme.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
  block
    .split('\n')
    .map(line => line.replace(/\s+#.*$/, '').trim())
    .filter(line => line !== ''),
);

/** Run by `.ci/run`, as written there. */
const inCi: Record<string, string> = {
  'npm ci': 'npm ci --no-audit --no-fund',
  'npm test': 'npm test --',
  'npm run typecheck': 'npm run --silent typecheck',
  'npm run lint': 'npm run --silent lint',
  'npm run synth': 'npm run --silent synth',
};
/**
 * They need an AWS account. What they deploy is synthesized by `.ci/run`; the rest is in test/cli/bootstrap.test.ts.
 */
const onAws = [
  'npx cdk bootstrap',
  'npx cdk deploy --all --outputs-file cdk-outputs.json',
  'npm run switchboard -- bootstrap --outputs cdk-outputs.json',
];
const here = [
  'npm start',
  'npm run switchboard -- learn https://www.example.org/ --max-pages 200',
  'npm run switchboard -- ask "How do I join?"',
  'npm run bench',
];

describe('the commands of the README', () => {
  const directory = mkdtempSync(join(tmpdir(), 'readme-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    XDG_STATE_HOME: join(directory, 'state'),
  };
  const started: ReturnType<typeof run>[] = [];
  let port = '';

  function run(command: string, more: Record<string, string> = {}) {
    const child = spawn('sh', ['-c', command], {
      cwd: repository,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what npm starts ends with it.
      detached: true,
    });
    const all = { output: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        all.output += piece.toString();
      });
    const ended = new Promise<number | null>(resolve => child.once('close', resolve));
    return { child, all, ended };
  }

  beforeAll(async () => {
    const system = run(elsewhere.replace('/tmp/try', `${directory}/data`), { PORT: '0' });
    started.push(system);
    while (!/ready in/.test(system.all.output)) {
      if (system.child.exitCode !== null) throw new Error(system.all.output);
      await delay(100);
    }
    port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(system.all.output)?.[1] ?? '';
  }, 120_000);
  afterAll(async () => {
    for (const { child, ended } of started) {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await ended;
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  });

  it('are each run by .ci/run or by this test, but for those that need an AWS account', () => {
    expect(new Set(commands)).toEqual(new Set([...Object.keys(inCi), ...onAws, ...here]));
    for (const step of Object.values(inCi)) expect(ci).toContain(step);
    expect(named.filter(command => !commands.includes(command))).toEqual([help, elsewhere]);
  });

  it('say how to answer by another model', async () => {
    const said = run(help);
    expect(await said.ended).toBe(0);
    expect(said.all.output).toMatch(/OPENAI_API_KEY.*ANTHROPIC_API_KEY/s);
  });

  it('start the product, which answers the question that the README suggests', async () => {
    const question = /ask “(.+?)”/.exec(readme)?.[1];
    // A start on a busy machine does not wait until the sample site is learned, and says so.
    const asked = await vi.waitFor(
      async () => {
        const { all, ended } = run(`npm run --silent switchboard -- ask ${JSON.stringify(question)}`, {
          PORT: port,
        });
        expect(await ended).toBe(0);
        expect(all.output).toMatch(/9:00.*\[1\]/s);
        return all.output;
      },
      { timeout: 50_000, interval: 1_000 },
    );
    expect(asked).toContain('/sample/opening-hours');
  }, 60_000);

  it('teach it a site and ask about it', async () => {
    const site = `http://127.0.0.1:${port}/sample/`;
    const [learn = '', ask = ''] = here.filter(command => command.includes('switchboard'));
    const learning = run(learn.replace('https://www.example.org/', site), { PORT: port });
    expect(await learning.ended, learning.all.output).toBe(0);
    expect(learning.all.output).toMatch(/Learned \d+ pages/);
    const asked = run(ask, { PORT: port });
    expect(await asked.ended, asked.all.output).toBe(0);
    expect(asked.all.output).toMatch(/membership.*\[1\]/is);
  }, 60_000);

  it('print the figures in a table', async () => {
    // The quickest of the benches, on a reference set of one page.
    const pages = join(directory, 'sets/extraction');
    mkdirSync(join(pages, 'html'), { recursive: true });
    const source = readFileSync(join(repository, 'sample-site/opening-hours.html'));
    writeFileSync(join(pages, 'html/hours.html.gz'), gzipSync(source));
    const articleBody = 'The tool library is open on Tuesday, Thursday and Saturday.';
    const truth = { hours: { articleBody, url: 'https://www.example.org/opening-hours' } };
    writeFileSync(join(pages, 'ground-truth.json'), JSON.stringify(truth));
    const bench = run(`npm run bench -- --only extraction --data ${directory}/sets`);
    // 0 or 1: what the figures are is not a test's business.
    expect([0, 1]).toContain(await bench.ended);
    expect(bench.all.output).toMatch(/measure.*figure.*bar.*\n.*\n.*extraction F1, 1 pages/);
  }, 60_000);
});
