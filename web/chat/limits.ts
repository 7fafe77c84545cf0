import type { contentLength } from '../../functions/chat/schema.ts';

/**
 * Characters of a question. The server's own limit, held to it by its type: its schema itself would bring zod to the
 * page.
 */
export const questionLength: typeof contentLength = 8_000;
