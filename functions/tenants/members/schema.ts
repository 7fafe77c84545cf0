import * as z from 'zod';
import { emailAddress, role } from '../schema.ts';

export const invitation = z.strictObject({ email: emailAddress, role });

export const member = z.object({
  user_id: z.string(),
  email: z.string(),
  role,
  created_at: z.iso.datetime({ offset: true }),
});
