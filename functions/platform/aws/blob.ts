import type { S3Client } from '@aws-sdk/client-s3';

/** Objects of one S3 bucket; keys begin with the workspace id. */
export interface Blobs {
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Streams a file of the disk that has `size` bytes. */
  putFile(key: string, path: string, size: number, contentType: string): Promise<void>;
  /** Undefined when there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Streams an object to a new file of the disk. Returns its size in bytes, undefined when there is none. */
  getFile(key: string, path: string): Promise<number | undefined>;
  /** Succeeds when there is none. */
  delete(key: string): Promise<void>;
}

/** Connects to the bucket `name`. The SDK is loaded on first use. */
export function connectBlobs(name: string): Blobs {
  return blobsOf(name, () => (shared ??= connect()));
}

/** The same over a given client: tests pass one that points at their emulator. */
export function blobsOf(name: string, client: () => Promise<S3Client>): Blobs {
  return {
    async put(key, body, contentType) {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      await (await client()).send(
        new PutObjectCommand({ Bucket: name, Key: key, Body: body, ContentType: contentType }),
      );
    },
    async putFile(key, path, size, contentType) {
      const [{ PutObjectCommand }, { createReadStream }] = await Promise.all([
        import('@aws-sdk/client-s3'),
        import('node:fs'),
      ]);
      const body = createReadStream(path);
      const put = { Bucket: name, Key: key, Body: body, ContentLength: size, ContentType: contentType };
      try {
        await (await client()).send(new PutObjectCommand(put));
      } finally {
        body.destroy();
      }
    },
    async get(key) {
      const { GetObjectCommand, NoSuchKey } = await import('@aws-sdk/client-s3');
      try {
        const { Body: body } = await (await client()).send(new GetObjectCommand({ Bucket: name, Key: key }));
        return await body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async getFile(key, path) {
      const [{ GetObjectCommand, NoSuchKey }, { createWriteStream }, { pipeline }, { Readable }] =
        await Promise.all([
          import('@aws-sdk/client-s3'),
          import('node:fs'),
          import('node:stream/promises'),
          import('node:stream'),
        ]);
      try {
        const { Body: body } = await (await client()).send(new GetObjectCommand({ Bucket: name, Key: key }));
        if (!(body instanceof Readable)) throw new Error(`the object ${key} came without a body`);
        const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
        await pipeline(body, file);
        return file.bytesWritten;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async delete(key) {
      const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
      await (await client()).send(new DeleteObjectCommand({ Bucket: name, Key: key }));
    },
  };
}

let shared: Promise<S3Client> | undefined;

async function connect(): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({
    // The chain of steps is put together once, not for each call: it takes a third of a call's time.
    cacheMiddleware: true,
    maxAttempts: 4,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    forcePathStyle: process.env['AWS_ENDPOINT_URL_S3'] !== undefined,
    requestHandler: { requestTimeout: 30_000, throwOnRequestTimeout: true, connectionTimeout: 2_000 },
  });
}
