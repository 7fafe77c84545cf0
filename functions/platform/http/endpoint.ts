import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import { CallerError, type ErrorCode } from '../errors.ts';
import type { ErrorShape } from './error-bodies.ts';
import { type Lists, readForm, readJson } from './read-body.ts';

/**
 * One HTTP operation, declared once: `mount` serves it and `openapi.ts` documents it, so the two can not differ.
 * Objects in requests ignore unknown fields, but for a `body` that is a `z.strictObject`, which refuses them; the admin
 * API names those that it ignores in a header. Replies are stripped to what their schema declares.
 */
export interface Endpoint {
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI form: `/api/threads/{thread_id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /**
   * `none`: public. `workspace`: an API key or a visitor token. `admin`: a person who has signed in, or an API key with
   * the scope `admin`. `widget`: a widget's public key, from a page where it may stand.
   */
  readonly auth: 'none' | 'workspace' | 'admin' | 'widget';
  /** Credentials that open it besides: an API key in the header `X-API-Token`, a person's id token. */
  readonly openedAlsoBy?: readonly ('apiToken' | 'person')[];
  /**
   * Of `auth: 'admin'`: for people alone, for the owners of the workspace, for super admins. Anybody who administers
   * it, when absent.
   */
  readonly who?: 'person' | 'owner' | 'super-admin';
  /** Of `auth: 'admin'`: where no workspace is named, it is about all that are the caller's. */
  readonly workspaces?: 'all';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodObject;
  /**
   * Instead of `body`: an HTML form, urlencoded or multipart. Of a repeated field the last text counts; files are
   * dropped.
   */
  readonly form?: z.ZodObject;
  /**
   * Fields of the form that are lists, of texts or of files, which a multipart form alone can hold. They may be called
   * `name[]` as well.
   */
  readonly lists?: Lists;
  /** The body of a success, or the content type of a reply that the handler writes itself. */
  readonly reply: z.ZodType | { readonly contentType: string; readonly description: string };
  /** Of a success; 200 when absent. */
  readonly status?: 200 | 201 | 202;
  readonly errors: readonly ErrorCode[];
  /** How its refusals are worded; `standard` when absent. */
  readonly errorShape?: ErrorShape;
  /**
   * How a request that its schemas refuse, or that is too large, is answered: the runs API says 422, `in_reply` words
   * it as a success, all else 400.
   */
  readonly invalid?: 'bad_request' | 'invalid' | 'in_reply';
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;

export interface EndpointInput<E extends Endpoint> {
  readonly params: Parsed<E['params']>;
  readonly query: Parsed<E['query']>;
  readonly body: Parsed<E['body']>;
  readonly form: Parsed<E['form']>;
}

/** What the handler returns: the reply before it is stripped, or a whole response where the reply is not JSON. */
export type EndpointReply<E extends Endpoint> = E['reply'] extends z.ZodType ? z.input<E['reply']> : Response;

/** An endpoint but for its route, which the registry of routes has. */
type Declaration = Omit<Endpoint, 'id' | 'method' | 'path'>;

/**
 * The endpoints of a door: for each of its operations what it takes and answers. An operation that is not declared does
 * not compile.
 */
export function endpoints<Id extends string, const Declared extends Readonly<Record<Id, Declaration>>>(
  { operations }: { readonly operations: Readonly<Record<Id, string>> },
  declared: Declared,
): { readonly [Each in Id]: Declared[Each] & Route<Each> } {
  const made = Object.entries<string>(operations).map(([id, operation]) => {
    const [method = '', path = ''] = operation.split(' ');
    return [id, { ...declared[id as Id], id, method: method.toLowerCase(), path }];
  });
  return Object.fromEntries(made);
}

interface Route<Id extends string> {
  readonly id: Id;
  readonly method: Endpoint['method'];
  readonly path: string;
}

/**
 * Serves the endpoint on the app. Wrong input is a `CallerError` with `details` of `{loc, msg, type}` rows. With
 * `rescue` the endpoint words its own errors: those of its input and whatever `handle` throws.
 */
export function mount<E extends Endpoint, Variables extends object>(
  app: Hono<{ Variables: Variables }>,
  declared: E,
  handle: (input: EndpointInput<E>, context: Context<{ Variables: Variables }>) => Promise<EndpointReply<E>>,
  rescue?: (error: unknown, context: Context<{ Variables: Variables }>) => Response | Promise<Response>,
): void {
  const serve = async (context: Context<{ Variables: Variables }>) => {
    const refuse = declared.invalid === 'invalid' ? 'invalid' : 'bad_request';
    const params = parse(declared.params, context.req.param(), 'path', refuse);
    const query = parse(declared.query, context.req.query(), 'query', refuse);
    const json = declared.body ? await readJson(context.req.raw, refuse) : undefined;
    const input = {
      params,
      query,
      body: declared.body ? parse(declared.body, json, 'body', refuse) : undefined,
      form: declared.form
        ? parse(declared.form, await readForm(context.req.raw, declared.lists), 'body', refuse)
        : undefined,
    } as EndpointInput<E>;
    const ignored = declared.auth === 'admin' ? unknownFields(declared.body, json) : [];
    if (ignored.length > 0) context.header('X-Ignored-Fields', ignored.join(', '));
    const reply = await handle(input, context);
    if (reply instanceof Response) return reply;
    const body = (declared.reply as z.ZodType).parse(reply);
    return context.json(body as object, declared.status ?? 200);
  };
  app.on(declared.method.toUpperCase(), declared.path.replaceAll(/\{(\w+)\}/g, ':$1'), async context => {
    if (!rescue) return serve(context);
    try {
      return await serve(context);
    } catch (error) {
      return rescue(error, context);
    }
  });
}

function parse(
  schema: z.ZodObject | undefined,
  value: unknown,
  place: 'path' | 'query' | 'body',
  refuse: ErrorCode,
) {
  const result = schema?.safeParse(value);
  if (!result) return undefined;
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(issue => {
    const { code: type, message: msg } = issue;
    const loc = [place, ...issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))];
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
    if (unknown.length === 0) return [{ loc, msg, type }];
    return unknown.map(field => ({ loc: [...loc, field], msg: 'there is no such field', type }));
  });
  const first = details[0];
  throw new CallerError(refuse, `${first?.loc.join('.') ?? place}: ${first?.msg ?? 'not valid'}`, {
    details,
  });
}

/** What of the body its schema does not know, by names that a header can hold; `?` stands for any other. At most 20. */
function unknownFields(schema: z.ZodObject | undefined, json: unknown): string[] {
  if (!schema || typeof json !== 'object' || json === null) return [];
  const unknown = Object.keys(json).filter(field => !Object.hasOwn(schema.shape, field));
  return [...new Set(unknown.map(field => (/^[\w-]{1,64}$/.test(field) ? field : '?')))].slice(0, 20);
}
