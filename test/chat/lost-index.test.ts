import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chatApp } from '../../functions/chat/routes.ts';
import type { EmbedMessage, IndexMessage } from '../../functions/knowledge/documents/messages.ts';
import { receiveEmbed } from '../../functions/knowledge/embedding/embed-index.ts';
import { configuredEmbedders } from '../../functions/knowledge/embedding/embedders.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { noteIndex } from '../../functions/knowledge/index/state-store.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { documentOf } from '../knowledge/indexed-document.ts';
import { type EmbeddingsFake, startEmbeddingsFake } from '../support/embeddings-fake.ts';
import { type ChatWorld, jsonOf, startChat } from './chat-world.ts';

let chat: ChatWorld;
let fake: EmbeddingsFake;
let directory: string;
let toIndex: IndexMessage[];
let toEmbed: EmbedMessage[];
beforeAll(async () => {
  [chat, fake] = await Promise.all([startChat(), startEmbeddingsFake()]);
  directory = await mkdtemp(join(tmpdir(), 'chat-index-'));
});
beforeEach(() => {
  [toIndex, toEmbed] = [[], []];
});
afterAll(async () => {
  await Promise.all([chat?.stop(), fake?.stop()]);
  await rm(directory, { recursive: true });
});

/** What a process says that has just started, with an embedder. */
function started() {
  const secrets = { get: async () => fake.apiKey };
  const effects = {
    ...chat.effects,
    knowledge: chat.table,
    index: createLanceIndex(directory, systemClock, { freshnessSeconds: 0 }),
    indexQueue: { send: async (message: IndexMessage) => void toIndex.push(message) },
    embedQueue: { send: async (message: EmbedMessage) => void toEmbed.push(message) },
    embedders: configuredEmbedders(
      { model: 'text-embedding-3-small', baseUrl: fake.url },
      secrets,
      systemClock,
    ),
  };
  const health = async () => jsonOf(await chatApp(effects).request('/api/health'));
  return { effects, health };
}

test('health says that the vectors are damaged, then that the index is lost, and asks for both to be mended', async () => {
  const { effects, health } = started();
  const document = documentOf('hours', ['Open from nine.'], { modes: ['default' as ModeName] });
  await effects.index.write(chat.workspace, { put: [document], remove: [] });
  await noteIndex(chat.workspace, effects);
  await receiveEmbed({ workspace: chat.workspace }, effects);
  const whole = { status: 'ok', parts: { index: 'ok', embedder: 'ok' } };
  expect(await health()).toMatchObject({ status: 200, body: whole });

  const { space = '' } = (await effects.embedders.choose()) ?? {};
  await rm(join(directory, chat.workspace, `vectors_${space}.lance`, 'data'), { recursive: true });
  expect(await started().health()).toMatchObject({
    status: 200,
    body: {
      status: 'degraded',
      parts: { index: 'ok', embedder: 'rebuilding' },
      embedder: expect.stringContaining('its vectors are damaged'),
    },
  });
  expect(toEmbed).toEqual([{ workspace: chat.workspace, failures: 0, suspect: true }]);

  await rm(join(directory, chat.workspace), { recursive: true });
  expect(await started().health()).toMatchObject({
    status: 200,
    body: { status: 'degraded', parts: { index: 'rebuilding' } },
  });
  expect(toIndex).toEqual([{ kind: 'check', workspace: chat.workspace }]);
});
