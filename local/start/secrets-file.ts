import { readFileSync } from 'node:fs';
import { randomIds } from '../../functions/platform/ids.ts';
import type { SecretName } from '../../functions/platform/aws/secrets.ts';
import { createSigningKeys } from '../../functions/tenants/visitors/signing-keys.ts';
import { writeWhole } from './data-directory.ts';

/** The keys of providers, and of a site that shows the assistant, from today's environment. */
export type ModelKeys = Partial<
  Record<
    | 'openai-api-key'
    | 'anthropic-api-key'
    | 'gemini-api-key'
    | 'compatible-api-key'
    | 'talentcentral-user-token-secret',
    string
  >
>;

/**
 * Fills the file (mode 0600) that stands for SSM. Secrets of the first start stay, so that visitors' tokens outlive a
 * restart. The provider's key is taken from the environment each time.
 */
export function fillSecretsFile(
  path: string,
  modelKeys: ModelKeys,
  embeddingKey: string | undefined,
): Partial<Record<SecretName, string>> {
  const known = readSecrets(path);
  const secrets: Partial<Record<SecretName, string>> = {
    'visitor-signing-keys': known['visitor-signing-keys'] ?? createSigningKeys(randomIds),
    'origin-secret': known['origin-secret'] ?? randomIds.secret(32),
    ...modelKeys,
    ...(embeddingKey ? { 'embedding-api-key': embeddingKey } : {}),
  };
  writeWhole(path, JSON.stringify(secrets), 0o600);
  return secrets;
}

/** Adds a secret that is known only later in the start. */
export function addSecret(path: string, name: SecretName, value: string): void {
  writeWhole(path, JSON.stringify({ ...readSecrets(path), [name]: value }), 0o600);
}

function readSecrets(path: string): Partial<Record<SecretName, string>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<SecretName, string>>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Error(`${path} is damaged: remove it, and visitors start anew`, { cause: error });
  }
}
