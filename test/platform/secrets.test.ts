import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../functions/platform/clock.ts';
import { enterLocalMode } from '../../functions/platform/http/local-mode.ts';
import { connectSecrets } from '../../functions/platform/aws/secrets.ts';

let now = 0;
const clock: Clock = { now: () => now, sleep: async () => {} };

describe('on AWS', () => {
  /** Parameters as SSM would have them, and what it was asked. */
  const parameters = new Map<string, string>();
  const asked: unknown[] = [];
  let failing = 0;
  let server: Server;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', piece => (body += String(piece)));
      request.on('end', () => {
        const { Name: name, WithDecryption: decrypted } = JSON.parse(body) as {
          Name: string;
          WithDecryption: boolean;
        };
        asked.push({ name, decrypted });
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        if (failing > 0) {
          failing -= 1;
          response.writeHead(400).end(JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }));
        } else if (parameters.has(name)) {
          response.end(JSON.stringify({ Parameter: { Name: name, Value: parameters.get(name) } }));
        } else {
          response.writeHead(400).end(JSON.stringify({ __type: 'ParameterNotFound', message: name }));
        }
      });
    });
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    process.env['AWS_ENDPOINT_URL_SSM'] = `http://127.0.0.1:${port}`;
    process.env['AWS_REGION'] = 'eu-central-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  });
  afterAll(() => {
    server.close();
  });
  beforeEach(() => {
    parameters.clear();
    asked.length = 0;
  });

  test('a secret is the decrypted parameter below the prefix', async () => {
    parameters.set('/stage/openai-api-key', 'hush');
    const secrets = connectSecrets('/stage', clock);
    expect(await secrets.get('openai-api-key')).toBe('hush');
    expect(asked).toEqual([{ name: '/stage/openai-api-key', decrypted: true }]);
  });

  test('one that is not set is undefined', async () => {
    expect(await connectSecrets('/stage', clock).get('origin-secret')).toBeUndefined();
  });

  test('it is read once in five minutes, also by many at once, then anew', async () => {
    parameters.set('/stage/openai-api-key', 'first');
    const secrets = connectSecrets('/stage', clock);
    await Promise.all([secrets.get('openai-api-key'), secrets.get('openai-api-key')]);
    parameters.set('/stage/openai-api-key', 'rotated');
    now += 299_999;
    expect(await secrets.get('openai-api-key')).toBe('first');
    expect(asked).toHaveLength(1);
    now += 1;
    expect(await secrets.get('openai-api-key')).toBe('rotated');
  });

  test('a failure is not kept', async () => {
    parameters.set('/stage/openai-api-key', 'hush');
    const secrets = connectSecrets('/stage', clock);
    failing = 1;
    await expect(secrets.get('openai-api-key')).rejects.toThrow();
    expect(await secrets.get('openai-api-key')).toBe('hush');
  });
});

describe('on the laptop', () => {
  let folder: string;
  let secretsFile: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
    secretsFile = join(folder, 'secrets.json');
    enterLocalMode({ openWorkspace: 'demo', secretsFile, indexDirectory: folder });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const write = async (text: string) => {
    await writeFile(secretsFile, text);
    await chmod(secretsFile, 0o600);
  };

  test('secrets come from the file, and SSM is not asked', async () => {
    await write(JSON.stringify({ 'openai-api-key': 'hush', 'origin-secret': 7 }));
    const secrets = connectSecrets('/stage', clock);
    expect(await secrets.get('openai-api-key')).toBe('hush');
    expect(await secrets.get('visitor-signing-keys')).toBeUndefined();
    expect(await secrets.get('origin-secret')).toBeUndefined();
  });

  test('a broken file is an error that does not quote it', async () => {
    await write('{"openai-api-key": "hush" oops');
    const error: unknown = await connectSecrets('/stage', clock)
      .get('openai-api-key')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('hush');
  });
});
