import type { Hono } from 'hono';

/** The methods that the app has for the path, for `Allow`: empty where it has no such path. */
// oxlint-disable-next-line typescript/no-explicit-any -- Hono's own type of "an app with any variables"
export function allowedMethods(app: Hono<any>, path: string): string[] {
  const asked = path.split('/');
  // What is for all methods is no route: it looks at requests on their way to one.
  const routes = app.routes.filter(route => route.method !== 'ALL' && matches(route.path.split('/'), asked));
  const methods = new Set(routes.map(({ method }) => method));
  if (methods.size === 0) return [];
  // Whatever answers GET answers HEAD too.
  return [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].toSorted((a, b) =>
    a < b ? -1 : 1,
  );
}

const matches = (pattern: readonly string[], asked: readonly string[]): boolean =>
  pattern.length === asked.length &&
  pattern.every((part, i) => (part.startsWith(':') ? asked[i] !== '' : part === asked[i]));
