import { CallerError } from '../errors.ts';
import { bodyTooLarge, maxBodyBytes, maxUploadBytes, uploadTooLarge } from '../portable/body-size.ts';

/** A field that is a list, of texts or of files. */
export type Lists = Readonly<Record<string, 'texts' | 'files'>>;

/**
 * The body as JSON. `unreadable` is the error code for a body that is not JSON. Bytes that are not UTF-8 are always a
 * `bad_request`.
 */
export async function readJson(request: Request, unreadable: 'bad_request' | 'invalid'): Promise<unknown> {
  const text = textOf(await readBytes(request));
  try {
    return JSON.parse(text);
  } catch {
    throw new CallerError(unreadable, 'body: not valid JSON', {
      details: [{ loc: ['body'], msg: 'not valid JSON', type: 'json_invalid' }],
    });
  }
}

/**
 * The body as a form, urlencoded or multipart. The last text of a repeated field counts. Lists are returned whole; they
 * may also be called `name[]`.
 */
export async function readForm(
  request: Request,
  { lists = {}, upload = false }: { readonly lists?: Lists; readonly upload?: boolean } = {},
): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, upload);
  const type = request.headers.get('content-type') ?? '';
  const form = await new Response(bytes, { headers: { 'Content-Type': type } }).formData().catch(() => {
    throw new CallerError('bad_request', 'body: not a form, urlencoded or multipart');
  });
  const texts = [...form].filter(([, value]) => typeof value === 'string');
  // Where it is, every text was UTF-8; where it is not, a file may be what is not. A form that is read has signs for
  // such bytes.
  if (texts.some(([, value]) => typeof value === 'string' && value.includes('\ufffd')))
    refuseOtherEncodings(bytes, type);
  const listed = Object.entries(lists).map(([field, of]) => [
    field,
    [...form.getAll(field), ...form.getAll(`${field}[]`)].filter(
      value => (typeof value === 'string') === (of === 'texts'),
    ),
  ]);
  return Object.fromEntries([...texts, ...listed]);
}

/** Throws when the body's bytes, or those that a urlencoded form writes as `%FF`, are not UTF-8. */
function refuseOtherEncodings(bytes: Uint8Array, type: string): void {
  const text = textOf(bytes);
  if (!type.startsWith('application/x-www-form-urlencoded')) return;
  for (const [encoded] of text.matchAll(/(?:%[0-9a-f]{2})+/gi)) {
    try {
      decodeURIComponent(encoded);
    } catch {
      throw notUtf8();
    }
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8();
  }
}

const notUtf8 = () =>
  new CallerError('bad_request', 'body: not UTF-8', {
    details: [{ loc: ['body'], msg: 'not UTF-8', type: 'encoding_invalid' }],
  });

/** Reads the body. Throws as soon as it is too large. */
async function readBytes(request: Request, upload = false): Promise<Buffer<ArrayBuffer>> {
  const [most, refusal] = upload ? [maxUploadBytes, uploadTooLarge] : [maxBodyBytes, bodyTooLarge];
  const tooLarge = () => new CallerError('too_large', refusal);
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size > most) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
