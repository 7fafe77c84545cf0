import * as z from 'zod';
import { endpoint } from '../../platform/http/endpoint.ts';
import { apiKey, createdKey, keyRotation, newKey } from './schema.ts';

const shared = { tag: 'API keys', auth: 'admin' } as const;

export const listKeys = endpoint({
  ...shared,
  id: 'listKeys',
  method: 'get',
  path: '/admin/keys',
  summary: "The workspace's API keys, revoked ones too",
  reply: z.object({ keys: z.array(apiKey) }),
  errors: ['forbidden'],
});

export const createKey = endpoint({
  ...shared,
  id: 'createKey',
  method: 'post',
  path: '/admin/keys',
  summary: 'Create an API key',
  description: 'The reply is the only place where the key itself is ever shown.',
  body: newKey,
  reply: createdKey,
  status: 201,
  errors: ['forbidden'],
});

export const rotateKey = endpoint({
  ...shared,
  id: 'rotateKey',
  method: 'post',
  path: '/admin/keys/{key_id}/rotate',
  summary: 'Replace an API key',
  description:
    'A new key of the same name, scope and end, shown this once. The old one stops working within half a minute, or after the hours of overlap.',
  params: z.object({ key_id: z.string().min(1).max(64) }),
  body: keyRotation,
  reply: createdKey,
  status: 201,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const revokeKey = endpoint({
  ...shared,
  id: 'revokeKey',
  method: 'delete',
  path: '/admin/keys/{key_id}',
  summary: 'Revoke an API key',
  description: 'It stops working within half a minute. Revoking it again changes nothing.',
  params: z.object({ key_id: z.string().min(1).max(64) }),
  reply: apiKey,
  errors: ['forbidden', 'not_found'],
});

export const keyEndpoints = [listKeys, createKey, rotateKey, revokeKey] as const;
