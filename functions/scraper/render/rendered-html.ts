import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { maxPageBytes } from '../fetch/read-response.ts';
import type { Rendered } from './schema.ts';

/**
 * The document of the page. Throws where it is larger than a page may be: what shows strangers' pages is not trusted
 * with memory.
 */
export async function htmlOf({ html }: Pick<Rendered, 'html'>): Promise<string> {
  const bytes = await promisify(gunzip)(Buffer.from(html, 'base64'), { maxOutputLength: 2 * maxPageBytes });
  return bytes.toString('utf8');
}
