import * as z from 'zod';

export const credentials = z.object({
  username: z.string().trim().min(1).max(254).describe('the mail address'),
  password: z.string().min(1).max(256),
});

export const tokens = z.object({
  id_token: z.string().describe('for the admin API, an hour long'),
  access_token: z.string(),
  refresh_token: z.string().describe('for POST /api/refresh-token, 30 days long'),
});
