import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { patientRetries } from './retries.ts';

/** A client for all tables, at the endpoint and with the credentials of the environment; `settings` name others. */
export const tableClient = (
  settings: Pick<DynamoDBClientConfig, 'credentials' | 'endpoint' | 'region'> = {},
): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...settings,
      retryStrategy: patientRetries(5),
      requestHandler: {
        requestTimeout: 5_000,
        throwOnRequestTimeout: true,
        // Waiting for a free socket counts as connecting, and a laptop's process serves hundreds of streams.
        connectionTimeout: 2_000,
        httpAgent: { keepAlive: true, maxSockets: 256 },
      },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
