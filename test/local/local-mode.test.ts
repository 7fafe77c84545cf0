import { execFile } from 'node:child_process';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { repository } from '../../local/start/repository.ts';
import { synthesized } from '../../local/template/synthesized.ts';
import { ofType, resourcesOf } from '../../local/template/template.ts';

/**
 * What a process with this environment, which no host has put into local mode, makes of a request without credentials.
 */
async function withoutCredentials(environment: Record<string, string>): Promise<string> {
  const program = `
    const { localMode } = await import('./functions/platform/http/local-mode.ts');
    const { authenticate, doorEffects } = await import('./functions/tenants/index.ts');
    const { silentLog } = await import('./functions/platform/log.ts');
    const base = { clock: { now: Date.now }, ids: {}, log: silentLog, metrics: {} };
    const env = { TENANTS_TABLE: 't', LIMITS_TABLE: 'l', SECRETS_PREFIX: 'p' };
    const effects = { ...base, ...doorEffects(env, base) };
    const asked = authenticate(new Headers(), effects);
    console.log(localMode() === undefined, await asked.then(({ kind }) => kind, ({ code }) => code));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: repository,
    env: { AWS_REGION: 'eu-west-1', ...environment },
  });
  return stdout.trim();
}

const tempting = Object.fromEntries(
  [
    'LOCAL',
    'LOCAL_MODE',
    'SWITCHBOARD_LOCAL',
    'OPEN_WORKSPACE',
    'SWITCHBOARD_OPEN_WORKSPACE',
    'AWS_SAM_LOCAL',
  ].map(name => [name, 'demo']),
);

it('can not be switched on by any variable, least of all one of the template', async () => {
  const stacks = await synthesized(
    {
      smallModel: 'm',
      strongModel: 'm',
      openAiBaseUrl: '',
      compatibleBaseUrl: '',
      embeddingModel: '',
      embeddingBaseUrl: '',
    },
    join(tmpdir(), `switchboard-templates-${userInfo().uid}`),
  );
  const functions = ofType(resourcesOf(stacks), 'AWS::Lambda::Function');
  const names = functions.flatMap(({ Properties }) => {
    const environment = Properties['Environment'] as { Variables?: object } | undefined;
    return Object.keys(environment?.Variables ?? {});
  });
  expect(names).toContain('TENANTS_TABLE');
  const given = Object.fromEntries(names.map(name => [name, 'demo']));
  expect(await withoutCredentials({ ...given, ...tempting, NODE_ENV: 'development' })).toBe(
    'true unauthorized',
  );
}, 60_000);
