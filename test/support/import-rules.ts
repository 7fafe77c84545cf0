import { posix } from 'node:path';

/** The project's sources: path from the root to text. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  /** A path from the root for our own files, else the package's name. */
  readonly to: string;
  readonly kind: 'static' | 'type' | 'dynamic';
}

const importForms =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*(?:\/\*.*?\*\/\s*)?'([^']+)'\s*,?\s*\)/gm;

/** Every import of the sources: static, type-only, re-exports and dynamic ones. */
function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) =>
    [...text.matchAll(importForms)].map(([, type, named, dynamic]) => {
      const target = named ?? dynamic ?? '';
      const to = target.startsWith('.') ? posix.join(posix.dirname(from), target) : target;
      return { from, to, kind: dynamic === undefined ? (type ? 'type' : 'static') : 'dynamic' };
    }),
  );
}

const inFolder = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
const isOurs = (path: string): boolean => /^(?:functions|lib|bin|local|web|test)\//.test(path);
/** A list that all capabilities read, such as the registry of routes. */
const isRoot = (path: string): boolean => /^functions\/[^/]+$/.test(path);
const nameOf = (path: string): string => posix.basename(path);
const capabilityOf = (path: string): string | undefined => /^functions\/([^/]+)\//.exec(path)?.[1];
const told = ({ from, to }: Import): string => `${from} imports ${to}`;

/**
 * A capability imports another's `index.ts` (a schema: its `schema.ts`) only, and only of one that comes earlier in the
 * list. The admin API, which mounts and describes the routes of all, imports those too.
 */
export function wrongBetweenCapabilities(sources: Sources, capabilities: readonly string[]): string[] {
  return importsOf(sources)
    .filter(({ from, to }) => {
      const [own, other] = [capabilityOf(from), capabilityOf(to)];
      if (!own || !other || own === other || own === 'platform' || other === 'platform') return false;
      // A schema may build on a schema: what a browser reads can not go through an index that reads tables.
      const isFace =
        nameOf(to) === 'index.ts' || (nameOf(from) === 'schema.ts' && nameOf(to) === 'schema.ts');
      const isMounted = own === 'admin' && ['routes.ts', 'endpoints.ts'].includes(nameOf(to));
      return !(isFace || isMounted) || capabilities.indexOf(other) >= capabilities.indexOf(own);
    })
    .map(told);
}

/** Code of the platform that runs in a browser as well: it reads no other code of ours and nothing of Node's. */
const portable = 'functions/platform/portable';

/** What each part of the tree may read of the others; types of the platform (a metric's name) bind nothing. */
export function wrongBetweenParts(sources: Sources): string[] {
  return importsOf(sources)
    .filter(({ from, to, kind }) => {
      if (inFolder(from, portable) && to.startsWith('node:')) return true;
      if (!isOurs(to)) return false;
      const capability = capabilityOf(to);
      if (inFolder(from, portable)) return !inFolder(to, portable);
      // Through a list at the root a lower capability would reach a higher one.
      if (isRoot(from)) return !isRoot(to);
      if (inFolder(from, 'functions/platform')) return !inFolder(to, 'functions/platform');
      if (inFolder(from, 'functions')) return !inFolder(to, 'functions');
      if (inFolder(from, 'lib')) {
        const isEnvironment =
          capability !== undefined && capability !== 'platform' && nameOf(to) === 'env.ts';
        const isPlatformType = capability === 'platform' && kind === 'type';
        return !(
          inFolder(to, 'lib') ||
          isEnvironment ||
          isPlatformType ||
          inFolder(to, portable) ||
          isRoot(to)
        );
      }
      if (inFolder(from, 'web')) {
        const isSchema = capability !== 'platform' && nameOf(to) === 'schema.ts';
        return !(inFolder(to, 'web') || inFolder(to, portable) || isSchema);
      }
      return inFolder(to, 'test') && !inFolder(from, 'test');
    })
    .map(told);
}

/**
 * Groups of files that import one another, through others too, in whatever way: none of them can be understood alone.
 */
export function circles(sources: Sources): string[] {
  const targets = Map.groupBy(
    importsOf(sources).filter(({ to }) => sources.has(to)),
    ({ from }) => from,
  );
  // Tarjan's algorithm: a group is complete when its first file has been walked and nothing led above that file.
  const found: string[] = [];
  const order = new Map<string, number>();
  const open: string[] = [];
  const walk = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    open.push(file);
    let first = own;
    for (const { to } of targets.get(file) ?? []) {
      if (!order.has(to)) first = Math.min(first, walk(to));
      else if (open.includes(to)) first = Math.min(first, order.get(to) ?? first);
    }
    if (first === own) {
      const group = open.splice(open.indexOf(file));
      const alone = group.length === 1 && !targets.get(file)?.some(({ to }) => to === file);
      if (!alone) found.push(group.toSorted().join(', '));
    }
    return first;
  };
  for (const file of sources.keys()) if (!order.has(file)) walk(file);
  return found;
}

/** An import goes from a higher rank to a lower or equal one. */
const rank = (path: string): number =>
  nameOf(path) === 'handler.ts' ? 3 : nameOf(path) === 'routes.ts' ? 2 : isLeaf(path) ? 0 : 1;
const isLeaf = (path: string): boolean => isStore(path) || ['schema.ts', 'env.ts'].includes(nameOf(path));

/** Inside a capability: handler -> routes -> domain -> store, and what must stay safe to load in a browser. */
export function wrongWithinCapabilities(sources: Sources): string[] {
  return importsOf(sources)
    .filter(({ from, to, kind }) => {
      const capability = capabilityOf(from);
      if (!capability || capability === 'platform') return false;
      if (nameOf(from) === 'env.ts') return true;
      if (nameOf(from) === 'schema.ts') {
        const browserSafe =
          to === 'zod' ||
          nameOf(to) === 'schema.ts' ||
          capabilityOf(to) === capability ||
          inFolder(to, portable);
        return !browserSafe && kind !== 'type';
      }
      // The face of a capability is its domain: who wants a verb of it does not load its schemas.
      if (nameOf(from) === 'index.ts' && ['routes.ts', 'endpoints.ts'].includes(nameOf(to))) return true;
      if (capabilityOf(to) !== capability || nameOf(from) === 'index.ts' || kind === 'type') return false;
      return nameOf(to) === 'handler.ts' || rank(to) > rank(from);
    })
    .map(told);
}

const isStore = (path: string): boolean => /^(?:[a-z-]+-)?(?:store|directory)\.ts$/.test(nameOf(path));

/**
 * Only a capability's stores (`store.ts`, `run-store.ts`, `directory.ts`) touch its table; `health.ts` asks whether it
 * answers.
 */
export function tablesTouchedOutsideStores(sources: Sources): string[] {
  const tables = [...sources]
    .filter(([path]) => inFolder(path, 'functions') && nameOf(path) === 'effects.ts')
    .flatMap(([path, text]) =>
      [...text.matchAll(/readonly (\w+): Table;/g)].map(([, name]) => ({ name, owner: capabilityOf(path) })),
    );
  return [...sources]
    .filter(([path]) => inFolder(path, 'functions') && !['effects.ts', 'health.ts'].includes(nameOf(path)))
    .flatMap(([path, text]) =>
      tables
        .filter(({ name, owner }) => {
          // Taken by its name, out of the effects in a statement, or out of a parameter of their type.
          const taken = `\\{[^{}]*\\b${name}\\b[^{}]*\\}`;
          const touched = new RegExp(
            `\\beffects\\.${name}\\b|${taken}\\s*=\\s*effects\\b|${taken}\\s*:[^,()={}]*Effects\\b`,
          ).test(text);
          return touched && !(capabilityOf(path) === owner && isStore(path));
        })
        .map(({ name, owner }) => `${path} touches the table "${name}" of ${owner}`),
    );
}

/** Loaded on first use only: each costs tens of milliseconds of every cold start. */
const lazyPackages =
  /^(?:openai|@lancedb\/|apache-arrow|@aws-sdk\/client-(?!dynamodb)|zod-openapi|node:https?$)/;

/** Packages that request-path code loads at import, though they must be loaded lazily. */
export function eagerPackages(sources: Sources): string[] {
  return importsOf(sources)
    .filter(({ from, to, kind }) => inFolder(from, 'functions') && kind === 'static' && lazyPackages.test(to))
    .map(told);
}
