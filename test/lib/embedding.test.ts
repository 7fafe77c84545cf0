import { expect, test } from 'vitest';
import { at, deploy, functionsOf, nameOf } from './deployment.ts';
import { rightsOf, whoMay } from './rights.ts';

const without = deploy();
const own = deploy({ embeddingModel: 'text-embedding-3-small', alarmEmail: 'operator@example.org' });
const other = deploy({
  embeddingModel: 'nomic-embed-text',
  embeddingBaseUrl: 'https://embeddings.example.org/v1',
});

const secretsOf = (deployment: typeof own, name: string) => {
  const fn = functionsOf(deployment).find(one => nameOf(one) === name);
  return (fn ? rightsOf(fn, deployment) : [])
    .filter(({ action }) => action.startsWith('ssm:'))
    .map(({ resource }) => /test\/([a-z-]+)/.exec(JSON.stringify(resource))?.[1])
    .filter(secret => secret === 'embedding-api-key' || secret === 'openai-api-key');
};
const variable = (deployment: typeof own, name: string) =>
  functionsOf(deployment).map(fn => at(fn.Properties, 'Environment', 'Variables', name));

test('without an embedder nothing of it is deployed', () => {
  expect(functionsOf(without).map(nameOf)).not.toContain('knowledge/indexEmbedder');
  expect(without.all('AWS::SQS::Queue').filter(({ id }) => id.includes('Embed'))).toEqual([]);
  expect(without.all('AWS::CloudWatch::Alarm').filter(({ id }) => id.includes('Vectors'))).toEqual([]);
  expect(secretsOf(without, 'chat/api')).not.toContain('embedding-api-key');
  expect(variable(without, 'EMBEDDING_MODEL').filter(Boolean)).toEqual([]);
});

test('its queue may be told to look by those who write and ask, and is read by the embedder alone', () => {
  const queues = own.all('AWS::SQS::Queue').filter(({ id }) => id.startsWith('KnowledgeEmbedQueue'));
  const [queue] = queues.filter(({ Properties }) => Properties['RedrivePolicy'] !== undefined);
  if (!queue) throw new Error('there is no queue for the embedder');
  expect(queues).toHaveLength(1);
  expect(queue.Properties).not.toHaveProperty('FifoQueue');
  expect(whoMay(/sqs:SendMessage/, queue, functionsOf(own), own)).toEqual([
    'chat/api',
    'chat/runWorker',
    'knowledge/indexEmbedder',
    'knowledge/indexWriter',
  ]);
  expect(whoMay(/sqs:DeleteMessage/, queue, functionsOf(own), own)).toEqual(['knowledge/indexEmbedder']);
  const alarms = own.all('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties['MetricName']);
  expect(alarms).toContain('EmbeddingFailed');
});

test('it may tell the index writer of damaged chunks, and takes nothing from that queue', () => {
  const [queue] = own
    .all('AWS::SQS::Queue')
    .filter(
      ({ id, Properties }) =>
        id.startsWith('KnowledgeIndexQueue') && Properties['RedrivePolicy'] !== undefined,
    );
  if (!queue) throw new Error('there is no queue for the index writer');
  const may = (action: RegExp) => whoMay(action, queue, functionsOf(own), own);
  expect(may(/sqs:SendMessage/)).toContain('knowledge/indexEmbedder');
  expect(may(/sqs:(Receive|Delete)Message/)).not.toContain('knowledge/indexEmbedder');
});

test('it writes the index and reads its keys; who asks reads the keys, and writes nothing of the index', () => {
  const index = own.one('AWS::S3::Bucket', 'Index');
  expect(whoMay(/:(Put|Delete)Object/, index, functionsOf(own), own)).toEqual([
    'knowledge/indexEmbedder',
    'knowledge/indexWriter',
  ]);
  expect(whoMay(/GetObject/, own.one('AWS::S3::Bucket', 'Documents'), functionsOf(own), own)).toEqual([
    'admin/api',
    'knowledge/documentParser',
    'knowledge/indexWriter',
  ]);
  expect(secretsOf(own, 'knowledge/indexEmbedder').toSorted()).toEqual([
    'embedding-api-key',
    'openai-api-key',
  ]);
  expect(secretsOf(own, 'chat/api')).toContain('embedding-api-key');
  // Which embedder was before is noted there, and whether the index is being rebuilt.
  const table = own.one('AWS::DynamoDB::Table', 'Knowledge');
  const readers = (deployment: typeof own) =>
    whoMay(/dynamodb:Query/, table, functionsOf(deployment), deployment);
  expect(readers(own)).toEqual(expect.arrayContaining(['chat/api', 'chat/runWorker']));
  expect(readers(without)).toContain('chat/api');
  expect(whoMay(/dynamodb:(Put|Update|Delete)/, table, functionsOf(own), own)).not.toContain('chat/api');
  for (const name of ['knowledge/indexWriter', 'scraper/scrape']) expect(secretsOf(own, name)).toEqual([]);
});

test("another provider's embedder can not read OpenAI's key", () => {
  expect(secretsOf(other, 'knowledge/indexEmbedder')).toEqual(['embedding-api-key']);
  expect(variable(other, 'EMBEDDING_BASE_URL')).toContain('https://embeddings.example.org/v1');
});

test('where the model has an address of its own, the embedder is there too', () => {
  const proxied = deploy({ embeddingModel: 'e', openAiBaseUrl: 'https://models.example.org/v1' });
  expect(variable(proxied, 'EMBEDDING_BASE_URL')).toContain('https://models.example.org/v1');
  expect(secretsOf(proxied, 'knowledge/indexEmbedder')).toEqual(['embedding-api-key']);
});

test('no function is given a table that it may not touch', () => {
  const functions = functionsOf(own);
  const tables = own.all('AWS::DynamoDB::Table');
  expect(tables.length).toBeGreaterThan(5);
  for (const table of tables) {
    const named = functions.filter(fn =>
      JSON.stringify(at(fn.Properties, 'Environment', 'Variables')).includes(table.id),
    );
    expect(named.map(nameOf).toSorted(), table.id).toEqual(whoMay(/^dynamodb:/, table, functions, own));
  }
});
