import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import { CallerError, type ErrorCode } from '../errors.ts';
import type { ErrorShape } from './error-bodies.ts';
import { type Lists, readForm, readJson } from './read-body.ts';

/**
 * One HTTP operation, declared once: `mount` serves it and `openapi.ts` documents it, so the two can not differ.
 * Unknown fields of a request are ignored, and the admin API names them in a header. Only a `body` that is a
 * `z.strictObject` refuses them. Replies hold only what their schema declares.
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
   * the scope `admin`. `widget`: a widget's public key, from a page that may show the widget.
   */
  readonly auth: 'none' | 'workspace' | 'admin' | 'widget';
  /** Further credentials that are accepted: an API key in the header `X-API-Token`, a person's id token. */
  readonly openedAlsoBy?: readonly ('apiToken' | 'person')[];
  /**
   * For `auth: 'admin'`: only people, only owners of the workspace, or only super admins. Without it, everybody who
   * administers the workspace.
   */
  readonly who?: 'person' | 'owner' | 'super-admin';
  /**
   * For `auth: 'admin'`. `all`: without the name of a workspace, the operation is about all workspaces of the caller.
   * `by_path`: the path says which workspaces the operation is about, so no header names one.
   */
  readonly workspaces?: 'all' | 'by_path';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodObject;
  /**
   * Instead of `body`: an HTML form, urlencoded or multipart. The last text of a repeated field counts. Files are
   * ignored.
   */
  readonly form?: z.ZodObject;
  /**
   * Fields of the form that are lists of texts or of files; a list of files needs a multipart form. They may also be
   * called `name[]`.
   */
  readonly lists?: Lists;
  /** Whether the form may be as large as a function can take in: see `maxUploadBytes`. */
  readonly upload?: boolean;
  /** The body of a success, or the content type of a reply that the handler writes itself. */
  readonly reply: z.ZodType | { readonly contentType: string; readonly description: string };
  /** The status of a success; 200 when absent. */
  readonly status?: 200 | 201 | 202;
  /** Another status that a success may have, with the same body. */
  readonly otherStatus?: 200;
  readonly errors: readonly ErrorCode[];
  /** The shape of its error bodies; `standard` when absent. */
  readonly errorShape?: ErrorShape;
  /**
   * How a request that is too large, or that the schemas refuse, is answered. The runs API answers 422, `in_reply` a
   * success with the error in words, all others 400.
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

/** What the handler returns: the reply, or a whole response where the reply is not JSON or has another status. */
export type EndpointReply<E extends Endpoint> =
  | Response
  | (E['reply'] extends z.ZodType ? z.input<E['reply']> : never);

/** An endpoint without its route, which is in the registry of routes. */
type Declaration = Omit<Endpoint, 'id' | 'method' | 'path'>;

/** The endpoints of a door: the input and output of each of its operations. A missing operation does not compile. */
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
        ? parse(declared.form, await readForm(context.req.raw, declared), 'body', refuse)
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

/**
 * The fields of the body that its schema does not have, at most 20, in the form that a header can hold: `?` stands for
 * any other character.
 */
function unknownFields(schema: z.ZodObject | undefined, json: unknown): string[] {
  if (!schema || typeof json !== 'object' || json === null) return [];
  const unknown = Object.keys(json).filter(field => !Object.hasOwn(schema.shape, field));
  return [...new Set(unknown.map(field => (/^[\w-]{1,64}$/.test(field) ? field : '?')))].slice(0, 20);
}
