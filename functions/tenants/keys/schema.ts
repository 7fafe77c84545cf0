import * as z from 'zod';
import { plainName } from '../../platform/schema.ts';
import { keyScope } from '../schema.ts';

/** Strict, as all new bodies of the admin API are: an unknown field is probably a mistake. */
export const newKey = z.strictObject({
  name: plainName(80).describe('what the key is for, to tell keys apart later'),
  scope: keyScope,
  expires_in_days: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('without it the key works until it is revoked'),
});

export const apiKey = z.object({
  key_id: z.string(),
  name: z.string(),
  scope: keyScope,
  created_at: z.iso.datetime({ offset: true }),
  expires_at: z.iso.datetime({ offset: true }).nullable(),
  revoked_at: z.iso.datetime({ offset: true }).nullable(),
  last_used_at: z.iso.datetime({ offset: true }).nullable().describe('to half a minute; null: never'),
});

export const keyRotation = z.strictObject({
  overlap_hours: z
    .int()
    .min(0)
    .max(168)
    .default(0)
    .describe('how long the old key goes on working; 0: it is revoked, which takes up to half a minute'),
});

export const createdKey = apiKey.extend({
  key: z.string().describe('the secret itself: shown this once, stored only as a hash'),
});
