import '../functions/compile-cache.ts';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from '../start/exclusive-lock.ts';

/**
 * The process of one emulator: `emulator-host.ts KIND PORT [DIR]`. It listens on 127.0.0.1 (port 0: any free one), tells
 * its parent the port over IPC, and ends when the parent disconnects, so that a killed parent leaves no orphan.
 */
interface Running {
  port: number;
  close(): Promise<void>;
}

const address = '127.0.0.1';
const leaveWithinMs = 2_000;

const starts: Record<string, (port: number, dir: string | undefined) => Promise<Running>> = {
  async dynamo(port, dir) {
    const { default: dynalite } = await import('dynalite');
    const server = dynalite({ createTableMs: 0, ...(dir ? { path: dir } : {}) });
    return listening(server, port);
  },

  async sqs(port, dir) {
    const { buildApp } = await import('fauxqs');
    // startFauxqs would bind every interface, so its persistent stores are put together here, as it does.
    const persistent = dir ? await persistentQueues(dir) : undefined;
    const app = buildApp({ logger: false, ...(persistent ? { stores: persistent.stores } : {}) });
    await app.listen({ port, host: address });
    return {
      port: portOf(app.server),
      async close() {
        await app.close();
        persistent?.close();
      },
    };
  },

  async s3(wanted, dir = temporary()) {
    const { default: S3rver } = await import('@20minutes/s3rver');
    const server = new S3rver({
      address,
      port: wanted,
      directory: dir,
      silent: true,
      vhostBuckets: false,
      allowMismatchedSignatures: true,
    });
    const { port } = await server.run();
    return { port, close: () => server.close() };
  },

  async cognito(wanted, dir = temporary()) {
    // cognito-local keeps its state below the working directory and reads its address from the environment at import.
    process.chdir(dir);
    const port = wanted || (await freePort());
    process.env['HOST'] = address;
    process.env['PORT'] = String(port);
    const { createDefaultServer } = await import('cognito-local');
    const { teachSignOut } = await import('./cognito-sign-out.ts');
    teachSignOut();
    const { pino } = await import('pino');
    const server = await (await createDefaultServer(pino({ level: 'silent' }))).start();
    return { port, close: () => closed(server) };
  },

  async ses(wanted) {
    const { default: inbox } = await import('aws-ses-v2-local');
    const port = wanted || (await freePort());
    const server = await inbox.default({ host: address, port });
    return { port, close: () => closed(server) };
  },
};

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
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) {
    queue.persistence = persistence;
    // Who was processing them died with the last start: they come again at once, not after their visibility timeout.
    for (const receipt of queue.inflightMessages.keys()) queue.changeVisibility(receipt, 1);
  }
  return { stores, close: () => persistence.close() };
}

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), 'switchboard-emulator-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function listening(server: Server, port: number): Promise<Running> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return { port: portOf(server), close: () => closed(server) };
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

const [, , kind = '', port = '0', dir] = process.argv;
const start = starts[kind];
if (!start) throw new Error(`no such emulator: ${kind}`);
// Ctrl-C reaches the whole process group: the parent decides the order in which things stop.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.on('SIGTERM', () => {});
let running: Running | undefined;
let leaving = false;
process.on('disconnect', () => {
  leaving = true;
  setTimeout(() => process.exit(1), leaveWithinMs).unref();
  if (running) void running.close().finally(() => process.exit(0));
});
if (dir) {
  mkdirSync(dir, { recursive: true });
  // The process of a killed start may still be closing the same files.
  if (!takeLock(join(dir, 'process.lock'), 2 * leaveWithinMs)) throw new Error(`${dir} is in use`);
}
running = await start(Number(port), dir);
if (leaving) process.exit(0);
process.send?.({ port: running.port }, undefined, undefined, () => {});
