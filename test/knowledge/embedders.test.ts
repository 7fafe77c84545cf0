import { describe, expect, it } from 'vitest';
import { configuredEmbedders } from '../../functions/knowledge/embedding/embedders.ts';
import { indexHealth } from '../../functions/knowledge/health.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { wordsAlone } from '../support/words-alone.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';

const elsewhere = 'https://embeddings.example.org/v1';
const model = 'text-embedding-3-small';

/** Which secrets are read, and the embedder that comes of it. */
async function chosen(settings: { model: string; baseUrl: string }, secrets: Record<string, string>) {
  const read: string[] = [];
  const get = async (name: string) => {
    read.push(name);
    return secrets[name];
  };
  const embedders = configuredEmbedders(settings, { get }, systemClock);
  return { read, embedders, name: (await embedders.choose())?.name };
}

describe('the embedder of a deployment', () => {
  it('is none without a model, and then no secret is read', async () => {
    const { embedders, name, read } = await chosen({ model: '', baseUrl: '' }, { 'openai-api-key': 'k' });
    expect([embedders.configured, name, read]).toEqual([false, undefined, []]);
  });

  it("is OpenAI's own with OpenAI's key, unless it has its own", async () => {
    const both = await chosen({ model, baseUrl: '' }, { 'embedding-api-key': 'own', 'openai-api-key': 'k' });
    expect([both.name, both.read]).toEqual([`openai:${model}`, ['embedding-api-key']]);
    const shared = await chosen({ model, baseUrl: '' }, { 'openai-api-key': 'k' });
    expect(shared.name).toBe(`openai:${model}`);
    expect((await chosen({ model, baseUrl: '' }, {})).name).toBeUndefined();
  });

  it("is never shown OpenAI's key at another address", async () => {
    const { name, read } = await chosen({ model, baseUrl: elsewhere }, { 'openai-api-key': 'k' });
    expect([name, read]).toEqual([`openai-compatible:${model}`, ['embedding-api-key']]);
  });

  it('of before is asked with the key of the same address, and with no key of another', async () => {
    const secrets = { 'embedding-api-key': 'own', 'openai-api-key': 'k' };
    const kept = await chosen({ model, baseUrl: elsewhere }, secrets);
    const former = async (settings: { model: string; baseUrl: string }) => {
      kept.read.length = 0;
      const name = (await kept.embedders.former(settings))?.name;
      return [name, kept.read];
    };
    expect(await former({ model: 'old', baseUrl: elsewhere })).toEqual([
      'openai-compatible:old',
      ['embedding-api-key'],
    ]);
    expect(await former({ model: 'old', baseUrl: `${elsewhere}/other` })).toEqual([
      'openai-compatible:old',
      [],
    ]);
    expect(await former({ model: 'old', baseUrl: '' })).toEqual(['openai:old', ['openai-api-key']]);
    const { embedders } = await chosen({ model, baseUrl: elsewhere }, { 'embedding-api-key': 'own' });
    expect(await embedders.former({ model: 'old', baseUrl: '' })).toBeUndefined();
  });

  it('takes up a key that was changed, and keeps what it remembers while it was not', async () => {
    const secrets: Record<string, string> = { 'openai-api-key': 'k' };
    const { embedders } = await chosen({ model, baseUrl: '' }, secrets);
    const first = await embedders.choose();
    expect(await embedders.choose()).toBe(first);
    secrets['openai-api-key'] = 'rotated';
    expect(await embedders.choose()).not.toBe(first);
  });

  it('is named by health, or what it lacks', async () => {
    const index = createLanceIndex('/tmp/never-opened', systemClock, { freshnessSeconds: 0 });
    const named = async (secrets: Record<string, string>) => {
      const { embedders } = await chosen({ model, baseUrl: '' }, secrets);
      return (await indexHealth({ ...wordsAlone(index), embedders })).embedder;
    };
    expect(await named({ 'openai-api-key': 'k' })).toBe(`openai:${model}`);
    expect(await named({})).toBe('none: its key is not set (lexical ranking)');
  });
});
