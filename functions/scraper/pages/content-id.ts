import * as z from 'zod';
import { CallerError } from '../../platform/errors.ts';
import { isTooLong } from '../fetch/address.ts';

/** A page's id for the admin API: its key in URL-safe base64, so that an id alone leads to the page's record. */
export const contentIdOf = (key: string): string => Buffer.from(key).toString('base64url');

/** The site whose records hold the page: see `pageKey`. */
export const siteOfKey = (key: string): string => key.slice(0, key.indexOf('/'));

/** Keys are of addresses, so all else than ASCII is escaped in them. */
const isKey = (key: string): boolean => key.indexOf('/') > 0 && !isTooLong(key) && /^[\x21-\x7e]+$/.test(key);

const contentId = z
  .string()
  .max(2000)
  .regex(/^[\w-]+$/, 'an id of scraped content')
  .transform(id => Buffer.from(id, 'base64url').toString('utf8'))
  .refine(isKey, 'an id of scraped content');

/** The key of the page with that id. Throws `bad_request` for a text that is no id. */
export function keyOf(id: string): string {
  const parsed = contentId.safeParse(id);
  if (!parsed.success)
    throw new CallerError('bad_request', `"${id.slice(0, 100)}" is no id of scraped content`);
  return parsed.data;
}

export const noSuchPage = (id: string): CallerError =>
  new CallerError('not_found', `there is no scraped content ${id}`);
