import { parseArgs } from 'node:util';
import { startOpenAiFake } from './openai-fake.ts';

/**
 * `node test/support/openai-fake-server.ts [--port N] [--key KEY] [--tokens N] [--first-ms N] [--apart-ms N]`: the fake
 * as a process of its own, for benches. Every answer is the same: so many tokens `word0 word1 …`, at once unless told
 * otherwise. Prints its address as `listening on URL`; `GET /fake/requests` tells when each request began and ended.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string', default: 'test-key-openai' },
    tokens: { type: 'string', default: '500' },
    'first-ms': { type: 'string', default: '0' },
    'apart-ms': { type: 'string', default: '0' },
  },
});

const fake = await startOpenAiFake({ port: Number(values.port), apiKey: values.key, check: 'first' });
const deltas = Array.from(
  { length: Number(values.tokens) },
  (_, index) => `${index === 0 ? '' : ' '}word${index}`,
);
fake.always(() => ({
  steps: [
    { do: 'wait', ms: Number(values['first-ms']) },
    { do: 'text', deltas, apartMs: Number(values['apart-ms']) },
  ],
}));
console.log(`listening on ${fake.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void fake.stop().then(() => process.exit(0)));
