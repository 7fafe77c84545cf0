import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { apiKey, createdKey, keyRotation, newKey } from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'API keys', auth: 'admin' } as const;

export const keyEndpoints = endpoints(routes.tenants.keys, {
  listKeys: {
    ...shared,
    summary: "The workspace's API keys, revoked ones too",
    reply: z.object({ keys: z.array(apiKey) }),
    errors: ['forbidden'],
  },
  createKey: {
    ...shared,
    summary: 'Create an API key',
    description: 'The reply is the only place where the key itself is ever shown.',
    body: newKey,
    reply: createdKey,
    status: 201,
    errors: ['forbidden'],
  },
  rotateKey: {
    ...shared,
    summary: 'Replace an API key',
    description:
      'A new key of the same name, scope and end, shown this once. The old one stops working within half a minute, or after the hours of overlap.',
    params: z.object({ key_id: z.string().min(1).max(64) }),
    body: keyRotation,
    reply: createdKey,
    status: 201,
    errors: ['forbidden', 'not_found', 'conflict'],
  },
  revokeKey: {
    ...shared,
    summary: 'Revoke an API key',
    description: 'It stops working within half a minute. Revoking it again changes nothing.',
    params: z.object({ key_id: z.string().min(1).max(64) }),
    reply: apiKey,
    errors: ['forbidden', 'not_found'],
  },
});
