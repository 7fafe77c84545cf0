import { realEffects } from '../../platform/effects.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import { systemResolve } from '../fetch/system-resolve.ts';
import { createRenderer, rendererSettings } from './renderer.ts';
import { type RenderReply, renderRequest } from './schema.ts';

const renderer = createRenderer(
  { ...realEffects('render'), resolve: systemResolve },
  {
    ...rendererSettings,
    local: () => localMode() !== undefined,
    // On Lambda an invocation has a worker to itself, and no other crawl's page is open beside that of its own.
    ...(process.env['AWS_EXECUTION_ENV'] === undefined ? {} : { pagesAtOnce: 1 }),
  },
);

/** Shows a page in a browser. The scraper calls it and waits. A page that can not be shown is a reply too. */
export const render = (event: unknown): Promise<RenderReply> =>
  renderer.render(renderRequest.parse(event), new AbortController().signal);
