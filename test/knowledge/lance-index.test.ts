import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { emulatorCredentials, emulatorRegion } from '../../local/emulators/account.ts';
import { emulatedBlobs } from '../support/emulated.ts';
import { indexStoreContract } from './index-store.contract.ts';
import { documentOf } from './indexed-document.ts';
import { sharedIndexStoreContract } from './shared-index-store.contract.ts';
import { vectorStoreContract } from './vector-store.contract.ts';

const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lance-index-'));

async function onDisk() {
  const directory = await emptyDirectory();
  const connect = () => createLanceIndex(directory, systemClock, { freshnessSeconds: 0 });
  const [store, reader] = [connect(), connect()];
  return {
    store,
    reader,
    async stop() {
      await Promise.all([store.close(), reader.close()]);
      await rm(directory, { recursive: true });
    },
  };
}

async function onS3() {
  const s3 = await emulatedBlobs();
  const connect = () =>
    createLanceIndex(`s3://${s3.bucket}/index`, systemClock, {
      freshnessSeconds: 0,
      storageOptions: {
        endpoint: s3.endpoint,
        allow_http: 'true',
        virtual_hosted_style_request: 'false',
        region: emulatorRegion,
        access_key_id: emulatorCredentials.accessKeyId,
        secret_access_key: emulatorCredentials.secretAccessKey,
      },
    });
  const [store, reader] = [connect(), connect()];
  return {
    store,
    reader,
    async stop() {
      await Promise.all([store.close(), reader.close()]);
      await s3.stop();
    },
  };
}

indexStoreContract('LanceDB on a disk', onDisk);
vectorStoreContract('LanceDB on a disk', onDisk);
indexStoreContract('LanceDB on S3', onS3);
sharedIndexStoreContract('LanceDB on a disk', onDisk);
sharedIndexStoreContract('LanceDB on S3', onS3);
vectorStoreContract('LanceDB on S3', onS3);

const mode = 'help' as ModeName;
const workspace = 'acme' as WorkspaceId;

it('opens a table again that was put back under its handle', async () => {
  const directory = await emptyDirectory();
  const store = createLanceIndex(directory, systemClock, { freshnessSeconds: 0 });
  await store.write(workspace, { put: [documentOf('a', ['refund a'])], remove: [] });
  await rm(join(directory, workspace), { recursive: true });
  expect(await store.search(workspace, { mode, text: 'refund', limit: 5 })).toEqual([]);
  await store.write(workspace, { put: [documentOf('b', ['refund b'])], remove: [] });
  expect(await store.search(workspace, { mode, text: 'refund', limit: 5 })).toHaveLength(1);
  await store.close();
  await rm(directory, { recursive: true });
});

it('leaves nothing behind of a workspace that was only asked for', async () => {
  const directory = await emptyDirectory();
  const store = createLanceIndex(directory, systemClock, { freshnessSeconds: 0 });
  expect(await store.stats(workspace)).toMatchObject({ chunks: 0 });
  expect(await store.search(workspace, { mode, text: 'refund', limit: 5 })).toEqual([]);
  expect(await store.read(workspace, { mode, documents: [], limit: 5 })).toEqual([]);
  await store.optimize(workspace);
  await store.vectors.dropTable(workspace, 'e5');
  expect(await readdir(directory)).toEqual([]);
  await store.write(workspace, { put: [documentOf('a', ['refund a'])], remove: [] });
  expect(await store.search(workspace, { mode, text: 'refund', limit: 5 })).toHaveLength(1);
  await store.close();
  await rm(directory, { recursive: true });
});

it('says the version of the library that is installed', async () => {
  const { version } = JSON.parse(
    await readFile(new URL('../../node_modules/@lancedb/lancedb/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const store = createLanceIndex('/tmp/never-opened', systemClock, { freshnessSeconds: 0 });
  expect(store.name).toBe(`lancedb ${version}`);
});

it.each(['db/index', 's3://', 'https://example.com/index', ''])('refuses the index address %j', uri => {
  expect(() => createLanceIndex(uri, systemClock, { freshnessSeconds: 0 })).toThrow(
    'absolute path or an s3://',
  );
});
