import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startTenancy, type Tenancy } from '../tenants/tenancy.ts';

const root = join(import.meta.dirname, '../..');
const ownEnvironment = process.env;

let tenancy: Tenancy;
beforeAll(async () => {
  tenancy = await startTenancy();
});
afterAll(() => tenancy.stop());
afterEach(() => {
  process.env = ownEnvironment;
});

test('no environment variable, whatever its name, switches local mode on', async () => {
  process.env = new Proxy(
    {},
    {
      get: () => 'true',
      has: () => true,
      ownKeys: () => ['LOCAL', 'LOCAL_MODE', 'SWITCHBOARD_LOCAL', 'NODE_ENV', 'AWS_SAM_LOCAL'],
      getOwnPropertyDescriptor: () => ({ value: 'true', enumerable: true, configurable: true }),
    },
  );
  vi.resetModules();
  const { localMode } = await import('../../functions/platform/http/local-mode.ts');
  expect(localMode()).toBeUndefined();
  const { authenticate } = await import('../../functions/tenants/index.ts');
  await expect(authenticate(new Headers(), tenancy.effects)).rejects.toMatchObject({ code: 'unauthorized' });
});

test('nothing that is deployed can enter local mode: only the host process of the laptop does', () => {
  const callers = ['functions', 'lib', 'bin', 'local']
    .flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(path => `${folder}/${path}`),
    )
    .filter(
      path => path.endsWith('.ts') && readFileSync(join(root, path), 'utf8').includes('enterLocalMode('),
    );
  expect(callers).toEqual(['functions/platform/http/local-mode.ts', 'local/functions/function-host.ts']);
});

test('once entered it can not be replaced, so a handler can not widen what its host allows', async () => {
  const { enterLocalMode, localMode } = await import('../../functions/platform/http/local-mode.ts');
  enterLocalMode({ openWorkspace: 'demo', secretsFile: '/s', indexDirectory: '/i' });
  expect(() => enterLocalMode({ openWorkspace: 'acme', secretsFile: '/s', indexDirectory: '/i' })).toThrow(
    TypeError,
  );
  expect(localMode()?.openWorkspace).toBe('demo');
});
