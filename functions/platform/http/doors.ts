import { Hono } from 'hono';

/** A part of an API that is served by an app of its own. */
export interface Door {
  /** As Hono reads them: `/api/widget/*` is `/api/widget` too, and `*` is whatever no door before it takes. */
  readonly paths: readonly string[];
  /** Imports the app's code and makes it. */
  readonly open: () => Promise<Pick<Hono, 'fetch'>>;
}

/**
 * One app of several doors, each loaded with the first request that comes to it: a cold function answers one request, and reads the
 * schemas and the code of that one's door alone. A door answers for all that is below its paths, its errors and unknown routes too.
 */
export function appOfDoors(doors: readonly Door[]): Hono {
  const app = new Hono();
  for (const { paths, open } of doors) {
    let opened: ReturnType<typeof open> | undefined;
    for (const path of paths) {
      app.all(path, async ({ req, env }) => {
        opened ??= open();
        return (await opened).fetch(req.raw, env);
      });
    }
  }
  return app;
}
