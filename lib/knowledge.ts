import { Duration } from 'aws-cdk-lib';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { libraryEnv, searchEnv, storeFileEnv, submitEnv, writeEnv } from '../functions/knowledge/env.ts';
import { HouseFunction, type Use } from './constructs/function.ts';
import { PackageLayer } from './constructs/package-layer.ts';
import type { PrivateBucket } from './constructs/private-bucket.ts';
import { WorkQueue } from './constructs/queue.ts';
import { allowSecret } from './constructs/secret-parameter.ts';
import type { HouseTable } from './constructs/table.ts';
import { type Settings, secretsPrefix } from './settings.ts';

type Given<Names extends readonly string[]> = Use<Names[number]>;

export interface KnowledgeStore {
  readonly table: HouseTable;
  /** Text of documents, `<workspace>/...`. */
  readonly documents: PrivateBucket;
  /** The search index, made from the documents. */
  readonly index: PrivateBucket;
}

const everyWorkspace = 'One function serves all workspaces, whose names are not known at deployment.';

const timeout = Duration.minutes(5);
const parseTimeout = Duration.minutes(15);
/** The rights of the index writer and of the embedder on the index. Each has tables of its own in it. */
const indexWrites = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

/** Documents and the search index. Many functions submit and search; one writes the index. */
export class Knowledge extends Construct {
  readonly queue: WorkQueue;
  readonly indexWriter: HouseFunction;
  /** Adds vectors after the index writer. Absent unless an embedder is set. */
  readonly embedding: { readonly queue: WorkQueue; readonly embedder: HouseFunction } | undefined;
  readonly layer: ILayerVersion;
  /** Searches the index, and never reads the documents. With an embedder it also reads which one came before it. */
  readonly reader: Given<typeof searchEnv>;
  readonly parseQueue: WorkQueue;
  readonly documentParser: HouseFunction;
  /** Adds file documents, and has them read. */
  readonly fileSubmitter: Given<typeof storeFileEnv>;
  /** The same, and tells the index writer what to delete, and signs links to the files. */
  readonly library: Given<typeof libraryEnv>;
  /** Submits and removes documents; the index writer then changes the index. */
  readonly submitter: Given<typeof submitEnv>;

  constructor(scope: Construct, id: string, store: KnowledgeStore, settings: Settings) {
    super(scope, id);
    const { table, documents, index } = store;
    // FIFO, one group a workspace: an index has one writer at a time. Two merges of the same keys would duplicate them.
    this.queue = new WorkQueue(this, 'IndexQueue', { workerTimeout: timeout, attempts: 4, fifo: true });
    this.layer = new PackageLayer(this, 'IndexLayer', 'lancedb');
    const embedQueue =
      settings.embeddingModel === ''
        ? undefined
        : new WorkQueue(this, 'EmbedQueue', { workerTimeout: timeout, attempts: 5 });
    const [KNOWLEDGE_TABLE, KNOWLEDGE_BUCKET] = [table.tableName, documents.bucketName];
    const KNOWLEDGE_INDEX_URI = `s3://${index.bucketName}/index`;
    const EMBED_QUEUE_URL = embedQueue?.url ?? '';
    const indexQueue = { INDEX_QUEUE_URL: this.queue.url };
    const search = {
      KNOWLEDGE_TABLE,
      KNOWLEDGE_INDEX_URI,
      EMBEDDING_MODEL: settings.embeddingModel,
      EMBEDDING_BASE_URL: settings.embeddingBaseUrl,
      EMBED_QUEUE_URL,
      SECRETS_PREFIX: secretsPrefix(settings),
      ...indexQueue,
    };
    /** Asks the embedder. The key `openai-api-key` is sent to OpenAI alone. */
    const allowEmbedding = (grantee: HouseFunction) => {
      if (!embedQueue) return;
      embedQueue.allowSend(grantee);
      allowSecret(grantee, secretsPrefix(settings), 'embedding-api-key');
      if (settings.embeddingBaseUrl === '') allowSecret(grantee, secretsPrefix(settings), 'openai-api-key');
    };
    const { queue } = this;
    this.reader = {
      environment: search,
      allow(grantee) {
        // A function that finds the index lost tells the index writer.
        queue.allowSend(grantee);
        index.allowObjects(grantee, ['s3:GetObject'], everyWorkspace);
        // An answer without sources asks whether the index is lost; a question that meets missing vectors, which
        // embedder was before.
        table.allowRead(grantee);
        allowEmbedding(grantee);
      },
    };
    this.parseQueue = new WorkQueue(this, 'ParseQueue', { workerTimeout: parseTimeout, attempts: 4 });
    const { parseQueue } = this;
    this.fileSubmitter = {
      environment: { KNOWLEDGE_TABLE, KNOWLEDGE_BUCKET, PARSE_QUEUE_URL: parseQueue.url },
      allow: grantee => {
        table.allowReadWrite(grantee);
        documents.allowObjects(grantee, ['s3:PutObject'], everyWorkspace);
        parseQueue.allowSend(grantee);
      },
    };
    this.library = {
      environment: { ...this.fileSubmitter.environment, ...indexQueue },
      allow: grantee => {
        table.allowReadWrite(grantee);
        // Whoever has a link that it signs may do with one object what it may do itself.
        documents.allowObjects(grantee, ['s3:PutObject', 's3:GetObject'], everyWorkspace);
        parseQueue.allowSend(grantee);
        queue.allowSend(grantee);
      },
    };
    this.submitter = {
      environment: { KNOWLEDGE_TABLE, KNOWLEDGE_BUCKET, ...indexQueue },
      allow: grantee => {
        table.allowReadWrite(grantee);
        documents.allowObjects(grantee, ['s3:PutObject'], everyWorkspace);
        this.queue.allowSend(grantee);
      },
    };
    const writer: Given<typeof writeEnv> = {
      environment: { KNOWLEDGE_TABLE, KNOWLEDGE_BUCKET, KNOWLEDGE_INDEX_URI, EMBED_QUEUE_URL },
      allow: grantee => {
        table.allowReadWrite(grantee);
        documents.allowObjects(grantee, ['s3:GetObject', 's3:DeleteObject'], everyWorkspace);
        index.allowObjects(grantee, indexWrites, everyWorkspace);
        embedQueue?.allowSend(grantee);
      },
    };
    this.indexWriter = new HouseFunction(this, 'IndexWriter', {
      entry: 'functions/knowledge/documents/handler.ts',
      handler: 'indexWriter',
      description: 'Writes submitted documents into the search index of their workspace',
      timeout,
      memory: 3008,
      scratch: 2048,
      uses: [writer],
      index: this.layer,
    });
    const parser: Given<typeof submitEnv> = {
      environment: this.submitter.environment,
      allow: grantee => {
        table.allowReadWrite(grantee);
        documents.allowObjects(grantee, ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], everyWorkspace);
        queue.allowSend(grantee);
      },
    };
    // It opens strangers' files, so it may neither search nor ask anybody.
    this.documentParser = new HouseFunction(this, 'DocumentParser', {
      entry: 'functions/knowledge/files/handler.ts',
      handler: 'documentParser',
      description: 'Reads documents and submits their text to the search index',
      timeout: parseTimeout,
      memory: 3008,
      scratch: 2048,
      uses: [parser],
      process: 'functions/knowledge/parse/reader-process.ts',
      layers: [new PackageLayer(this, 'DocumentsLayer', 'documents')],
    });
    parseQueue.deliverTo(this.documentParser, { batch: 1, concurrency: 5 });
    this.queue.deliverTo(this.indexWriter, { batch: 10, concurrency: 10 });
    if (!embedQueue) return;
    const vectors: Given<typeof searchEnv> = {
      environment: search,
      allow: grantee => {
        table.allowReadWrite(grantee);
        index.allowObjects(grantee, indexWrites, everyWorkspace);
        // It may be the first to find the chunks damaged, and tells the index writer.
        queue.allowSend(grantee);
        allowEmbedding(grantee);
      },
    };
    const embedder = new HouseFunction(this, 'IndexEmbedder', {
      entry: 'functions/knowledge/embedding/handler.ts',
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
