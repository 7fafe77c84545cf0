import type { contentLength } from '../../functions/chat/schema.ts';

/**
 * The most characters of a question. The type proves that it equals the server's limit. The schema itself is not
 * imported, since it would bring zod into the page.
 */
export const questionLength: typeof contentLength = 8_000;
