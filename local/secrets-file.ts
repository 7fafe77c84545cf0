import { readFileSync } from 'node:fs';
import { randomIds } from '../functions/platform/ids.ts';
import type { SecretName } from '../functions/platform/secrets.ts';
import { createSigningKeys } from '../functions/tenants/index.ts';
import { writeWhole } from './data-directory.ts';

/**
 * Fills the file of mode 0600 that stands for SSM: what was made on the first start stays, so that visitors' tokens
 * outlive a restart; the provider's key is what the environment says today.
 */
export function fillSecretsFile(
  path: string,
  openAiKey: string | undefined,
): Partial<Record<SecretName, string>> {
  const known = readSecrets(path);
  const secrets: Partial<Record<SecretName, string>> = {
    'visitor-signing-keys': known['visitor-signing-keys'] ?? createSigningKeys(randomIds),
    'origin-secret': known['origin-secret'] ?? randomIds.secret(32),
    ...(openAiKey ? { 'openai-api-key': openAiKey } : {}),
  };
  writeWhole(path, JSON.stringify(secrets), 0o600);
  return secrets;
}

function readSecrets(path: string): Partial<Record<SecretName, string>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<SecretName, string>>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Error(`${path} is damaged: remove it, and visitors start anew`, { cause: error });
  }
}
