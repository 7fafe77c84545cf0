import { Hono } from 'hono';

/** Imports the code of a door's app and makes it. */
type Open = () => Promise<Pick<Hono, 'fetch'>>;

/**
 * One app of several doors, each loaded with the first request that comes to it: a cold function answers one request,
 * and reads the schemas and the code of that one's door alone. A door answers for all that is in its areas, its errors
 * and unknown routes too; `rest` answers for what lies in no area.
 */
export function appOfDoors<Name extends string>(
  areas: Readonly<Record<Name, readonly string[]>>,
  open: Readonly<Record<Name, Open>>,
  rest: NoInfer<Name>,
): Hono {
  const app = new Hono();
  const opened = new Map<string, ReturnType<Open>>();
  const send = (name: Name, path: string) =>
    app.all(path, async ({ req, env }) => {
      const door = opened.get(name) ?? open[name]();
      opened.set(name, door);
      return (await door).fetch(req.raw, env);
    });
  // As Hono reads it, `/area/*` is `/area` too.
  for (const name in areas) for (const area of areas[name]) send(name, `${area}/*`);
  send(rest, '*');
  return app;
}
