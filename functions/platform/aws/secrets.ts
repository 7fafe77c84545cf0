import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { localMode } from '../http/local-mode.ts';

export type SecretName =
  | 'visitor-signing-keys'
  | 'openai-api-key'
  | 'anthropic-api-key'
  | 'gemini-api-key'
  | 'compatible-api-key'
  | 'embedding-api-key'
  | 'origin-secret'
  /** What TalentCentral signs the tokens of its users with. */
  | 'talentcentral-user-token-secret'
  /** No secret, but known only when all else is deployed: where people reach the deployment, `https://...`. */
  | 'public-base-url';

/**
 * Secrets by name; read when needed, never from the environment, kept for five minutes so that rotation reaches a warm
 * function.
 */
export interface Secrets {
  /** Undefined when the operator has not set it. */
  get(name: SecretName): Promise<string | undefined>;
}

const keepForMs = 5 * 60_000;

/** SSM parameters below `prefix` on AWS; the 0600 file of the local start on a laptop. */
export function connectSecrets(prefix: string, clock: Clock): Secrets {
  const kept = new Map<SecretName, { value: Promise<string | undefined>; until: number }>();
  const local = localMode();
  const read = local
    ? (name: SecretName) => readFromFile(local.secretsFile, name)
    : (name: SecretName) => readFromSsm(parameterName(prefix, name));
  return {
    get(name) {
      const known = kept.get(name);
      if (known && known.until > clock.now()) return known.value;
      const value = read(name);
      kept.set(name, { value, until: clock.now() + keepForMs });
      value.catch(() => kept.delete(name));
      return value;
    },
  };
}

/**
 * Secrets Manager generates the origin secret, since CloudFront can be given it from there alone; SSM reads it under
 * this name.
 */
const parameterName = (prefix: string, name: SecretName) =>
  name === 'origin-secret' ? `/aws/reference/secretsmanager${prefix}/${name}` : `${prefix}/${name}`;

async function readFromFile(path: string, name: SecretName): Promise<string | undefined> {
  const secrets: unknown = JSON.parse(await readFile(path, 'utf8'));
  const value = (secrets as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

async function readFromSsm(name: string): Promise<string | undefined> {
  const { SSMClient, GetParameterCommand, ParameterNotFound } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient({
    maxAttempts: 4,
    requestHandler: { requestTimeout: 3_000, throwOnRequestTimeout: true, connectionTimeout: 2_000 },
  });
  try {
    const { Parameter: parameter } = await client.send(
      new GetParameterCommand({ Name: name, WithDecryption: true }),
    );
    return parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
