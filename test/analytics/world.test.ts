import { afterAll, beforeAll, expect, test } from 'vitest';
import { usage } from '../../functions/analytics/schema.ts';
import { askIn, demoThread, followToDone } from '../chat/following-client.ts';
import { type OpenAiFake, startOpenAiFake } from '../support/openai-fake.ts';
import { startWorld, type World } from '../support/world.ts';

let model: OpenAiFake;
let world: World;
beforeAll(async () => {
  model = await startOpenAiFake();
  world = await startWorld({ openAiBaseUrl: model.url, openAiKey: model.apiKey, skipSampleSite: true });
}, 180_000);
afterAll(async () => {
  await world?.stop();
  await model?.stop();
});

const used = async () => {
  const response = await fetch(`${world.url}/admin/usage`, {
    headers: { authorization: `Bearer ${world.adminKey}` },
  });
  expect(response.status).toBe(200);
  return usage.parse(await response.json());
};

test('a question that was asked over HTTP is counted at once, and written down when its answer has ended', async () => {
  model.always(() => ({ steps: [{ do: 'text', deltas: ['From', ' nine', ' to', ' five.'] }] }));
  const run = await askIn(world.url, await demoThread(world.url), 'When are you open?');
  expect(await used()).toMatchObject({
    limit: { limit: 100_000, remaining: 99_999 },
    total: { turns: 1, overage: 0 },
  });
  await followToDone(world.url, run);
  await expect
    .poll(async () => (await used()).total, { timeout: 60_000, interval: 500 })
    .toMatchObject({ turns: 1, done: 1, conversations: 1, failed: 0 });
  const { total, hours } = await used();
  expect(total.input_tokens).toBeGreaterThan(0);
  expect(total.mean_latency_ms).toBeGreaterThan(0);
  expect(hours.map(({ done }) => done)).toEqual([1]);
}, 90_000);

const asAdmin = async (method: string, path: string, body: object, token?: string) => {
  const response = await fetch(`${world.url}${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const reply = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(reply)}`);
  return reply;
};

test('a workspace that reaches its limit is refused by the next question, and its owner finds a mail', async () => {
  const signedIn = await asAdmin('POST', '/admin/login', world.admin);
  const settings = {
    hourly_limit: (await used()).total.turns + 1,
    hard_cap: true,
    alert_email: 'owner@example.org',
  };
  await asAdmin('PATCH', '/admin/workspaces/demo', settings, String(signedIn['id_token']));
  const thread = await demoThread(world.url);
  await followToDone(world.url, await askIn(world.url, thread, 'And on Sunday?'));
  const askOnce = () =>
    fetch(`${world.url}/api/threads/${thread}/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ content: 'And on Monday?' }),
    });
  let refused = await askOnce();
  // A function that answers believes the limit that it knows for up to five seconds.
  await expect
    .poll(
      async () => {
        if (refused.status !== 429) refused = await askOnce();
        return refused.status;
      },
      { timeout: 20_000, interval: 1_000 },
    )
    .toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  await refused.body?.cancel();
  const mails = async () => {
    const { emails } = (await (await fetch(`${world.inbox}/store`)).json()) as {
      emails: { destination: { to: string[] }; subject: string }[];
    };
    return emails.filter(({ destination }) => destination.to.includes('owner@example.org'));
  };
  await expect.poll(mails, { timeout: 60_000, interval: 500 }).toHaveLength(1);
  expect((await mails())[0]?.subject).toContain("this hour's limit is reached");
}, 90_000);
