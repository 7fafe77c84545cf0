import { describe, expect, it } from 'vitest';
import { createChatApi, mintVisitor } from '../../web/shared/api.ts';
import { createVisitor } from '../../web/shared/visitor.ts';
import { type ScriptedServer, scriptedServer, storage } from './scripted-server.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;

/** One browser: its tabs share the storage and the lock. */
function browser(server: ScriptedServer, remembered = storage()) {
  const clock = { now: start };
  let before: Promise<unknown> = Promise.resolve();
  const tab = () =>
    createVisitor('m', {
      remembered,
      now: () => clock.now,
      mint: oldToken => mintVisitor('m', oldToken, server.fetch),
      alone: (_, work) => {
        const mine = before.then(work, work);
        before = mine;
        return mine;
      },
    });
  return { clock, remembered, tab };
}

const minted = (server: ScriptedServer) =>
  server.calls.filter(({ call }) => call === 'POST /api/visitors').map(({ token }) => token);

describe('a visitor', () => {
  it('keeps its token across reloads', async () => {
    const server = scriptedServer();
    const { tab } = browser(server);
    expect(await tab().token()).toBe('token-1');
    expect(await tab().token()).toBe('token-1');
    expect(minted(server)).toHaveLength(1);
  });

  it('is one visitor, however many tabs open at once', async () => {
    const server = scriptedServer();
    const { tab } = browser(server);
    const tokens = await Promise.all([tab().token(), tab().token(), tab().token()]);
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
  });

  it('renews a token that is close to its end with that token, so that it stays the same visitor', async () => {
    const server = scriptedServer();
    const { clock, tab } = browser(server);
    await tab().token();
    clock.now += 11.5 * hour;
    expect(await tab().token()).toBe('token-2');
    expect(minted(server)).toEqual([undefined, 'token-1']);
  });

  it('begins anew when its token has expired', async () => {
    const server = scriptedServer();
    const { clock, tab } = browser(server);
    await tab().token();
    clock.now += 13 * hour;
    await tab().token();
    expect(minted(server)).toEqual([undefined, undefined]);
  });

  it('begins anew when the server no longer takes its token for a renewal', async () => {
    const server = scriptedServer();
    const { tab } = browser(server, storage({ 'switchboard.visitor.m': `old ${start + 2 * hour}` }));
    const refuse = { error: { code: 'unauthorized', message: 'forged' } };
    server.intercept = () =>
      server.calls.at(-1)?.token === 'old'
        ? new Response(JSON.stringify(refuse), { status: 401 })
        : undefined;
    expect((await tab().meet()).title).toBe('Museum');
    expect(minted(server)).toEqual(['old', undefined]);
  });

  it('replaces a token that a call was refused with, once, and repeats the call', async () => {
    const server = scriptedServer();
    const { tab } = browser(server, storage({ 'switchboard.visitor.m': `old ${start + 12 * hour}` }));
    server.intercept = () =>
      server.calls.at(-1)?.token === 'old' ? new Response('{}', { status: 401 }) : undefined;
    const thread = await createChatApi('m', tab(), server.fetch).createThread();
    expect(server.threads.has(thread)).toBe(true);
    expect(server.calls.map(({ token }) => token)).toEqual(['old', undefined, 'token-1']);
  });

  it('does not ask again and again when the new token is refused too', async () => {
    const server = scriptedServer();
    const { tab } = browser(server);
    server.intercept = call =>
      call.endsWith('/visitors') ? undefined : new Response('{"detail":"not yours"}', { status: 401 });
    await expect(createChatApi('m', tab(), server.fetch).createThread()).rejects.toMatchObject({
      status: 401,
      message: 'not yours',
    });
    expect(server.calls.filter(({ call }) => call === 'POST /api/threads')).toHaveLength(2);
  });

  it('ignores what another version of the page may have stored', async () => {
    const server = scriptedServer();
    const { tab } = browser(server, storage({ 'switchboard.visitor.m': '{"token": "x"}' }));
    expect(await tab().token()).toBe('token-1');
  });
});
