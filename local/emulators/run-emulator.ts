import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import Module, { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type EmulatorKind = 'dynamo' | 'sqs' | 's3' | 'cognito' | 'ses' | 'scheduler';

/** An emulator that listens. */
export interface RunningEmulator {
  readonly port: number;
  /** Closes its files too. */
  close(): Promise<void>;
}

const address = '127.0.0.1';
/** Longer than any client keeps an idle connection, so that no request arrives on a connection that is being closed. */
const keepIdleConnectionsMs = 10 * 60_000;
/** Hundreds of streams may ask at once while the emulator is busy: Node's own backlog of 511 would drop some. */
const backlog = 4_096;

/**
 * Runs an emulator on a port of the loopback interface (0: any free one). It keeps its files below `dir`, if it has
 * files. `sqsPort`: where the queues are, for the emulator that sends to them.
 */
export const runEmulator = (
  kind: EmulatorKind,
  port: number,
  dir?: string,
  sqsPort?: number,
): Promise<RunningEmulator> => kinds[kind](port, dir, sqsPort);

type Run = (port: number, dir?: string, sqsPort?: number) => Promise<RunningEmulator>;

const kinds: Record<EmulatorKind, Run> = {
  async dynamo(port, dir) {
    const { default: dynalite } = await import('dynalite');
    return listening(dynalite({ createTableMs: 0, ...(dir ? { path: dir } : {}) }), port);
  },

  async sqs(port, dir) {
    const { buildApp } = await import('fauxqs');
    // startFauxqs would bind every interface, so its persistent stores are put together here, as it does.
    const persistent = dir ? await persistentQueues(dir) : undefined;
    const app = buildApp({ logger: false, ...(persistent ? { stores: persistent.stores } : {}) });
    await app.listen({ port, host: address, backlog });
    return {
      port: portOf(patient(app.server)),
      async close() {
        await app.close();
        persistent?.close();
      },
    };
  },

  async s3(port, dir = temporary()) {
    const { default: S3rver } = await import('@20minutes/s3rver');
    const files = new S3rver({
      directory: dir,
      silent: true,
      vhostBuckets: false,
      allowMismatchedSignatures: true,
    });
    return listening(createServer(files.callback()), port);
  },

  async cognito(wanted, dir = temporary()) {
    // cognito-local keeps its state below the working directory and reads its address from the environment at import.
    process.chdir(dir);
    const port = wanted || (await freePort());
    process.env['HOST'] = address;
    process.env['PORT'] = String(port);
    leaveOut('aws-sdk', { Lambda: Object });
    leaveOut('@aws-crypto/client-node', { buildClient: () => ({}), CommitmentPolicy: {} });
    const { createDefaultServer } = await import('cognito-local');
    const { teachSignOut } = await import('./cognito-sign-out.ts');
    teachSignOut();
    const { pino } = await import('pino');
    const { application } = await createDefaultServer(pino({ level: 'silent' }));
    return listening(createServer(application), port);
  },

  async ses(port) {
    // Most starts send no mail: the inbox is loaded when somebody asks for it.
    let loading: Promise<Server> | undefined;
    const door = createServer((request, response) => {
      loading ??= import('aws-ses-v2-local').then(inbox => inbox.default.default({ host: address, port: 0 }));
      loading.then(
        inbox => inbox.emit('request', request, response),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    return listening(door, port);
  },

  async scheduler(wanted, dir, sqsPort) {
    if (sqsPort === undefined) throw new Error('the scheduler sends to queues: start SQS before it');
    const [{ serveScheduler }, { sendToQueue }, { systemClock }] = await Promise.all([
      import('./scheduler/serve.ts'),
      import('./scheduler/send-to-queue.ts'),
      import('../../functions/platform/clock.ts'),
    ]);
    const { server, stop } = serveScheduler({
      file: dir && join(dir, 'schedules.json'),
      send: sendToQueue(`http://${address}:${sqsPort}`),
      clock: systemClock,
    });
    const { port, close } = await listening(server, wanted);
    return {
      port,
      async close() {
        await stop();
        await close();
      },
    };
  },
};

/**
 * Replaces a package that cognito-local loads for triggers and KMS keys, which our user pools do not have. That saves
 * half of its memory and of its start.
 */
function leaveOut(name: string, exports: object): void {
  const require = createRequire(createRequire(import.meta.url).resolve('cognito-local'));
  const file = require.resolve(name);
  require.cache[file] = Object.assign(new Module(file), { exports, loaded: true });
}

async function persistentQueues(dir: string) {
  const at = import.meta.resolve('fauxqs');
  const load = (file: string) => import(new URL(file, at).href);
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all([
    load('sqs/sqsStore.js'),
    load('sns/snsStore.js'),
    load('s3/s3Store.js'),
    load('persistence.js'),
  ]);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(dir);
  // A killed process loses nothing by it, a power cut may; and each message would wait 30 ms for the disk.
  persistence.db.exec('PRAGMA synchronous = OFF');
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) {
    queue.persistence = persistence;
    // The functions that were processing these messages ended with the last start. The messages come again at once, not
    // after their visibility timeout.
    for (const receipt of queue.inflightMessages.keys()) queue.changeVisibility(receipt, 1);
  }
  return { stores, close: () => persistence.close() };
}

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), 'switchboard-emulator-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function listening(server: Server, port: number): Promise<RunningEmulator> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address, backlog }, resolve);
  });
  return { port: portOf(patient(server)), close: () => closed(server) };
}

function patient(server: Server): Server {
  server.keepAliveTimeout = keepIdleConnectionsMs;
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}

async function freePort(): Promise<number> {
  const running = await listening(createServer(), 0);
  await running.close();
  return running.port;
}
