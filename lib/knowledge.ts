import { Duration } from 'aws-cdk-lib';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { knowledgeEnv } from '../functions/knowledge/env.ts';
import { HouseFunction, type Use } from './constructs/function.ts';
import { IndexLayer } from './constructs/index-layer.ts';
import type { PrivateBucket } from './constructs/private-bucket.ts';
import { WorkQueue } from './constructs/queue.ts';
import { allowSecret } from './constructs/secret-parameter.ts';
import type { HouseTable } from './constructs/table.ts';
import { type Settings, secretsPrefix } from './settings.ts';

type KnowledgeUse = Use<(typeof knowledgeEnv)[number]>;

export interface KnowledgeStore {
  readonly table: HouseTable;
  /** Text of documents, `<workspace>/...`. */
  readonly documents: PrivateBucket;
  /** The search index: derived from the documents. */
  readonly index: PrivateBucket;
}

const everyWorkspace = 'One function serves all workspaces, whose names are not known at deployment.';

const timeout = Duration.minutes(5);
/** What the index writer and the embedder do with the index, which each has tables of its own in. */
const indexWrites = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

/** Documents and the search index. Many submit, many search, one function writes the index. */
export class Knowledge extends Construct {
  readonly queue: WorkQueue;
  readonly indexWriter: HouseFunction;
  /** What follows the index writer with vectors; absent unless an embedder is set. */
  readonly embedding: { readonly queue: WorkQueue; readonly embedder: HouseFunction } | undefined;
  readonly layer: ILayerVersion;
  /** Searches: the index alone, never the documents behind it, and with an embedder what is noted of the one before. */
  readonly reader: KnowledgeUse;
  /** Tells the index writer what to forget, and may do nothing else. */
  readonly messenger: KnowledgeUse;
  /** Submits and removes documents, which the index writer then takes up. */
  readonly submitter: KnowledgeUse;

  constructor(scope: Construct, id: string, store: KnowledgeStore, settings: Settings) {
    super(scope, id);
    const { table, documents, index } = store;
    // FIFO, group = workspace: one writer at a time for an index, since concurrent merges of the same keys duplicate them.
    this.queue = new WorkQueue(this, 'IndexQueue', { workerTimeout: timeout, attempts: 4, fifo: true });
    this.layer = new IndexLayer(this, 'IndexLayer');
    const embedQueue =
      settings.embeddingModel === ''
        ? undefined
        : new WorkQueue(this, 'EmbedQueue', { workerTimeout: timeout, attempts: 5 });
    const environment = {
      KNOWLEDGE_TABLE: table.tableName,
      KNOWLEDGE_BUCKET: documents.bucketName,
      KNOWLEDGE_INDEX_URI: `s3://${index.bucketName}/index`,
      INDEX_QUEUE_URL: this.queue.url,
      EMBEDDING_MODEL: settings.embeddingModel,
      EMBEDDING_BASE_URL: settings.embeddingBaseUrl,
      EMBED_QUEUE_URL: embedQueue?.url ?? '',
      SECRETS_PREFIX: secretsPrefix(settings),
    };
    /** Asks the embedder itself, of which `openai-api-key` is shown to OpenAI alone. */
    const allowEmbedding = (grantee: HouseFunction) => {
      if (!embedQueue) return;
      embedQueue.allowSend(grantee);
      allowSecret(grantee, secretsPrefix(settings), 'embedding-api-key');
      if (settings.embeddingBaseUrl === '') allowSecret(grantee, secretsPrefix(settings), 'openai-api-key');
    };
    this.reader = {
      environment,
      allow(grantee) {
        index.allowObjects(grantee, ['s3:GetObject'], everyWorkspace);
        // A question that finds no vectors yet has them made, and asks the embedder before that one meanwhile.
        if (embedQueue) table.allowRead(grantee);
        allowEmbedding(grantee);
      },
    };
    this.messenger = { environment, allow: grantee => this.queue.allowSend(grantee) };
    this.submitter = {
      environment,
      allow: grantee => {
        table.allowReadWrite(grantee);
        documents.allowObjects(grantee, ['s3:PutObject'], everyWorkspace);
        this.queue.allowSend(grantee);
      },
    };
    const writer: KnowledgeUse = {
      environment,
      allow: grantee => {
        table.allowReadWrite(grantee);
        documents.allowObjects(grantee, ['s3:GetObject', 's3:DeleteObject'], everyWorkspace);
        index.allowObjects(grantee, indexWrites, everyWorkspace);
        embedQueue?.allowSend(grantee);
      },
    };
    this.indexWriter = new HouseFunction(this, 'IndexWriter', {
      entry: 'functions/knowledge/handler.ts',
      handler: 'indexWriter',
      description: 'Writes submitted documents into the search index of their workspace',
      timeout,
      memory: 3008,
      scratch: 2048,
      uses: [writer],
      index: this.layer,
    });
    this.queue.deliverTo(this.indexWriter, { batch: 10, concurrency: 10 });
    if (!embedQueue) return;
    const vectors: KnowledgeUse = {
      environment,
      allow: grantee => {
        table.allowReadWrite(grantee);
        index.allowObjects(grantee, indexWrites, everyWorkspace);
        allowEmbedding(grantee);
      },
    };
    const embedder = new HouseFunction(this, 'IndexEmbedder', {
      entry: 'functions/knowledge/handler.ts',
      handler: 'indexEmbedder',
      description:
        'Gives the chunks of the search index their vectors, and new ones when the embedder is changed',
      timeout,
      memory: 1769,
      uses: [vectors],
      index: this.layer,
    });
    embedQueue.deliverTo(embedder, { batch: 1, concurrency: 5 });
    this.embedding = { queue: embedQueue, embedder };
  }
}
