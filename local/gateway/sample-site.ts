import { findFile, type StaticFile } from './static-files.ts';

export type SampleAnswer =
  | { readonly kind: 'file'; readonly file: StaticFile }
  /** The path names a folder and lacks the closing slash, without which its relative links would be wrong. */
  | { readonly kind: 'folder'; readonly location: string }
  | { readonly kind: 'none' };

const prefix = '/sample';

/** The page of the sample site at `/sample/...`: a file, a folder's `index.html`, or `page` for `page.html`. */
export async function sampleFile(directory: string, path: string): Promise<SampleAnswer> {
  const below = path.slice(prefix.length);
  const folder = below === '' || below.endsWith('/');
  const candidates = folder ? [`${below}/index.html`] : [below, `${below}.html`];
  for (const candidate of candidates) {
    const file = await findFile(directory, candidate);
    if (file)
      return folder && below === '' ? { kind: 'folder', location: `${prefix}/` } : { kind: 'file', file };
  }
  if (!folder && (await findFile(directory, `${below}/index.html`)))
    return { kind: 'folder', location: `${path}/` };
  return { kind: 'none' };
}
