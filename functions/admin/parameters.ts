import type { SecretName } from '../platform/secrets.ts';

/** The secrets of a stage, as an operator writes them: encrypted SSM parameters below the prefix. */
export interface Parameters {
  /** False when there is one, which stays. */
  putIfAbsent(name: SecretName, value: string): Promise<boolean>;
  put(name: SecretName, value: string): Promise<void>;
}

/** Connects with the operator's credentials. The SDK is loaded on first use. */
export function connectParameters(prefix: string, region: string): Parameters {
  const write = async (name: SecretName, value: string, overwrite: boolean) => {
    const { SSMClient, PutParameterCommand, ParameterAlreadyExists } = await import('@aws-sdk/client-ssm');
    const client = new SSMClient({
      region,
      maxAttempts: 4,
      requestHandler: { requestTimeout: 10_000, connectionTimeout: 5_000 },
    });
    try {
      await client.send(
        new PutParameterCommand({
          Name: `${prefix}/${name}`,
          Value: value,
          Type: 'SecureString',
          Overwrite: overwrite,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return false;
      throw error;
    } finally {
      client.destroy();
    }
  };
  return {
    putIfAbsent: (name, value) => write(name, value, false),
    async put(name, value) {
      await write(name, value, true);
    },
  };
}
