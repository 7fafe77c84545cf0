import { fileTypeNamed } from './file-types.ts';

/** Viewers of documents that are services of their own, and the parameter that names the document. */
const services: readonly { readonly host: RegExp; readonly path: RegExp; readonly parameter: string }[] = [
  { host: /^(?:docs|drive)\.google\.com$/, path: /^\/(?:viewer|gview|viewerng\/viewer)/, parameter: 'url' },
  { host: /^view\.officeapps\.live\.com$/, path: /^\/op\//, parameter: 'src' },
];

/** Names of parameters by which the viewers that sites have themselves (PDF.js and the like) name the document. */
const ownParameters = ['file', 'url', 'src', 'pdf', 'doc', 'document', 'document_url'];

/** The file that a viewer's address shows. Undefined where the address is no viewer's. */
export function fileBehind(viewer: URL): URL | undefined {
  const service = services.find(({ host, path }) => host.test(viewer.hostname) && path.test(viewer.pathname));
  if (service) return resolved(viewer.searchParams.get(service.parameter), viewer);
  for (const name of ownParameters) {
    const file = resolved(viewer.searchParams.get(name), viewer);
    if (file && fileTypeNamed(file)) return file;
  }
  // Some take it from the fragment.
  const inHash = new URLSearchParams(viewer.hash.slice(1)).get('file');
  const file = resolved(inHash, viewer);
  return file && fileTypeNamed(file) ? file : undefined;
}

function resolved(address: string | null, viewer: URL): URL | undefined {
  if (!address) return undefined;
  const url = URL.parse(address, viewer.href);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  url.hash = '';
  return url;
}
