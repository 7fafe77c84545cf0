import type { Hono } from 'hono';
import { mount } from '../../platform/http/endpoint.ts';
import type { LibraryEffects } from '../effects.ts';
import { citedFileEndpoints } from './endpoints.ts';
import { openDocument } from './open-document.ts';

/** Serves the files that answers cite, to everybody who has the address. */
export function mountCitedFiles<Variables extends object>(
  app: Hono<{ Variables: Variables }>,
  effects: Pick<LibraryEffects, 'knowledge' | 'presigner'>,
): void {
  mount(app, citedFileEndpoints.openDocument, async ({ params }, context) => {
    const link = await openDocument(params.workspace_id, params.document_id, effects);
    // The link in the header is a secret for as long as it is good.
    context.header('Cache-Control', 'no-store');
    context.header('Referrer-Policy', 'no-referrer');
    return context.redirect(link, 302);
  });
}
