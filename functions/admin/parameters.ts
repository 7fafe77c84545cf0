import type * as ssm from '@aws-sdk/client-ssm';
import type { SecretName } from '../platform/aws/secrets.ts';

/** The secrets of a stage, as an operator reads and writes them: encrypted SSM parameters below the prefix. */
export interface Parameters {
  /** Undefined when there is none. */
  get(name: SecretName): Promise<string | undefined>;
  /** False when there is one, which stays. */
  putIfAbsent(name: SecretName, value: string): Promise<boolean>;
  put(name: SecretName, value: string): Promise<void>;
}

/** Connects with the operator's credentials. The SDK is loaded on first use. */
export function connectParameters(prefix: string, region: string): Parameters {
  const connected = async <T>(use: (sdk: typeof ssm, client: ssm.SSMClient) => Promise<T>): Promise<T> => {
    const sdk = await import('@aws-sdk/client-ssm');
    const client = new sdk.SSMClient({
      region,
      maxAttempts: 4,
      requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true, connectionTimeout: 5_000 },
    });
    try {
      return await use(sdk, client);
    } finally {
      client.destroy();
    }
  };
  const write = (name: SecretName, value: string, overwrite: boolean): Promise<boolean> =>
    connected(async ({ PutParameterCommand, ParameterAlreadyExists }, client) => {
      const parameter = {
        Name: `${prefix}/${name}`,
        Value: value,
        Type: 'SecureString',
        Overwrite: overwrite,
      } as const;
      try {
        await client.send(new PutParameterCommand(parameter));
        return true;
      } catch (error) {
        if (error instanceof ParameterAlreadyExists) return false;
        throw error;
      }
    });
  return {
    get: name =>
      connected(async ({ GetParameterCommand, ParameterNotFound }, client) => {
        const wanted = { Name: `${prefix}/${name}`, WithDecryption: true };
        try {
          const { Parameter: found } = await client.send(new GetParameterCommand(wanted));
          return found?.Value;
        } catch (error) {
          if (error instanceof ParameterNotFound) return undefined;
          throw error;
        }
      }),
    putIfAbsent: (name, value) => write(name, value, false),
    async put(name, value) {
      await write(name, value, true);
    },
  };
}
