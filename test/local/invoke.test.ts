import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFunction } from '../../functions/platform/aws/invoke.ts';
import { remoteRenderer } from '../../functions/scraper/render/remote-renderer.ts';
import { functionProcess, type FunctionProcess } from '../../local/functions/function-process.ts';
import { type InvokeEndpoint, openInvokeEndpoint } from '../../local/functions/invoke-endpoint.ts';
import { lambdaFunction } from '../../local/functions/lambda-function.ts';
import { silentReporter } from '../../local/start/reporter.ts';
import { awsCall } from '../../local/rights/aws-call.ts';
import { browsersOf } from '../scraper/browser-processes.ts';
import { page, type Site, startSite } from '../scraper/site-server.ts';
import { isAlive } from './start-process.ts';

let directory: string;
let endpoint: InvokeEndpoint;
let site: Site;
const processes: FunctionProcess[] = [];
const signal = new AbortController().signal;

const started = (name: string, entry: string, handler: string, timeoutSeconds: number) => {
  const process = functionProcess({
    name,
    entry,
    handler,
    environment: { POWERTOOLS_METRICS_NAMESPACE: 'test' },
    localMode: { openWorkspace: 'open', secretsFile: 'none', indexDirectory: directory },
    socketDirectory: directory,
    logFile: join(directory, `${name}.log`),
    idleMs: 60_000,
    report: silentReporter,
  });
  processes.push(process);
  return lambdaFunction({ name, arn: name, memoryMb: 512, timeoutSeconds }, process);
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'switchboard-invoke-'));
  site = await startSite({ '/': page('A page', 'This page is shown in a browser. '.repeat(10)) });
  endpoint = await openInvokeEndpoint();
  endpoint.serve([
    started('Render', 'functions/scraper/render/handler.ts', 'render', 60),
    started('Answers', 'test/local/fixtures/answers.ts', 'answer', 2),
  ]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
  });
});
afterAll(async () => {
  await Promise.all(processes.map(one => one.stop()));
  await endpoint.stop();
  await site.stop();
  rmSync(directory, { recursive: true, force: true });
});

const ask = (payload: object, name = 'Answers') =>
  connectFunction({ name, timeoutMs: 10_000 })(payload, signal);

test('a function is given the payload, and its answer comes back', async () => {
  expect(await ask({ text: 'Grüße' })).toEqual({ heard: { text: 'Grüße' } });
});

test.each<[string, object, RegExp]>([
  ['throws', { fail: 'it broke' }, /it broke/],
  ['takes too long', { sleepMs: 5_000 }, /longer than 2 s/],
  ['answers more than 6 MB', { answerBytes: 7_000_000 }, /more than 6 MB/],
])('a function that %s is an error that says so', async (_, payload, reason) => {
  await expect(ask(payload)).rejects.toThrow(reason);
});

test('there is no function of another name', async () => {
  await expect(ask({}, 'Nobody')).rejects.toThrow(/HTTP 404.*no function Nobody/);
});

test('a call is an action on that function, which a role must allow', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/lambda/aws4_request, …';
  const path = '/2015-03-31/functions/Render/invocations';
  expect(awsCall({ method: 'POST', path, authorization, target: '', body: () => '' })).toMatchObject({
    action: 'lambda:InvokeFunction',
    resources: ['arn:aws:lambda:us-east-1:000000000000:function:Render'],
  });
});

test('the renderer shows a page, and its browser ends with it, however it ends', async () => {
  const render = remoteRenderer('Render', '');
  const asked = { url: `${site.origin}/`, origin: site.origin };
  expect(await render(asked, signal)).toMatchObject({ kind: 'rendered', title: 'A page' });
  const [renderer] = processes;
  const browsers = await browsersOf(process.pid);
  expect(browsers).toHaveLength(1);
  await renderer?.kill();
  await expect.poll(() => browsers.filter(isAlive)).toEqual([]);
  expect(await render(asked, signal)).toMatchObject({ kind: 'rendered' });
});
