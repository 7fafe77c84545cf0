import { sizeInWords } from './size-in-words.ts';

/** The most bytes of a request's body. Lambda takes no more than 6 MB; a body of this product is never near it. */
export const maxBodyBytes = 256 * 1024;

/** What a caller is told whose body is larger. */
export const bodyTooLarge = `the body is larger than ${sizeInWords(maxBodyBytes)}`;
