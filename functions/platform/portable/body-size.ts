import { sizeInWords } from './size-in-words.ts';

/** The most bytes of a request's body. Lambda takes no more than 6 MB; a body of this product is never near it. */
export const maxBodyBytes = 256 * 1024;

/** What a caller is told whose body is larger. */
export const bodyTooLarge = `the body is larger than ${sizeInWords(maxBodyBytes)}`;

/**
 * The most bytes of a form with a file. Lambda takes 6 MB for headers and body, and API Gateway writes the body as
 * base64, which is a third longer.
 */
export const maxUploadBytes = 4 * 1024 * 1024;

/** What a caller is told whose form is larger. */
export const uploadTooLarge = `the form is larger than ${sizeInWords(maxUploadBytes)}: announce the file at POST /admin/documents/uploads, and send it by the form that you get`;
