import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from './endpoint.ts';
import { errorBodies } from './error-bodies.ts';
import { type ErrorCode, statusOf } from '../errors.ts';

/** The OpenAPI 3.1 description of the endpoints. Its generator is loaded on first use: few requests need it. */
export async function describeApi(endpoints: readonly Endpoint[], version: string): Promise<object> {
  const { createDocument } = await import('zod-openapi');
  const paths: ZodOpenApiPathsObject = {};
  for (const declared of endpoints) {
    paths[declared.path] = { ...paths[declared.path], [declared.method]: operation(declared) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Switchboard',
      version,
      description: 'Answers with citations, as runs with an event stream.',
    },
    components: {
      securitySchemes: {
        bearer: bearer('an API key or a visitor token'),
        admin: bearer(
          'an API key with the scope `admin`, or the id token of a person who administers the workspace',
        ),
        person: bearer('the id token of a person who has signed in'),
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'an API key' },
        apiToken: { type: 'apiKey', in: 'header', name: 'X-API-Token', description: 'an API key' },
        widgetKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: "a widget's public key" },
      },
    },
    paths,
  });
}

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const;

/** The credentials that are accepted, one of which is needed. */
function schemesOf({ auth, who, openedAlsoBy = [] }: Endpoint): string[] {
  if (auth === 'widget') return ['widgetKey'];
  if (auth === 'workspace') return ['bearer', 'apiKey', ...openedAlsoBy];
  return who === 'person' || who === 'super-admin' ? ['person'] : ['admin', 'apiKey'];
}

function operation(declared: Endpoint): ZodOpenApiOperationObject {
  const { params, query, headers, body, form, reply } = declared;
  const success =
    'contentType' in reply
      ? {
          description: reply.description,
          content: { [reply.contentType]: { schema: { type: 'string' as const } } },
        }
      : { description: 'success', content: { 'application/json': { schema: reply } } };
  const withFiles = Object.values(declared.lists ?? {}).includes('files');
  const errors = new Set([...declared.errors, ...refusalsOf(declared)]);
  const refusal = { 'application/json': { schema: errorBodies[declared.errorShape ?? 'standard'] } };
  return {
    operationId: declared.id,
    tags: [declared.tag],
    summary: declared.summary,
    ...(declared.description ? { description: declared.description } : {}),
    ...(declared.auth === 'none' ? {} : { security: schemesOf(declared).map(scheme => ({ [scheme]: [] })) }),
    requestParams: {
      ...(params ? { path: params } : {}),
      ...(query ? { query } : {}),
      ...(headers || actsInWorkspace(declared) ? { header: headersOf(declared) } : {}),
    },
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    ...(form
      ? {
          requestBody: {
            required: true,
            content: {
              ...(withFiles ? {} : { 'application/x-www-form-urlencoded': { schema: form } }),
              'multipart/form-data': { schema: form },
            },
          },
        }
      : {}),
    responses: {
      [`${declared.status ?? 200}`]: success,
      ...(declared.otherStatus === undefined ? {} : { [`${declared.otherStatus}`]: success }),
      ...Object.fromEntries(
        [...errors].map(code => [`${statusOf(code)}`, { description: code, content: refusal }]),
      ),
    },
  };
}

/** The errors of an operation by the rules that all operations share, besides those that it declares. */
function refusalsOf(declared: Endpoint): ErrorCode[] {
  const { params, query, body, form, auth, invalid = 'bad_request' } = declared;
  const inReply = invalid === 'in_reply';
  return [
    ...((params || query || body || form) && !inReply ? [invalid] : []),
    // Bytes that are not UTF-8 are a 400 everywhere.
    ...((body || form) && !inReply ? ['bad_request' as const, 'too_large' as const] : []),
    ...(auth === 'none' ? [] : ['unauthorized' as const]),
    // The caller named none of several workspaces, or one that is not theirs.
    ...(actsInWorkspace(declared) && declared.workspaces !== 'all' ? ['bad_request' as const] : []),
    ...(actsInWorkspace(declared) ? ['not_found' as const] : []),
  ];
}

const workspaceHeader = {
  'X-Workspace-Id': z
    .string()
    .optional()
    .describe(
      'in which workspace, for a person who is a member of several, or a super admin and a member of none',
    ),
};

const headersOf = (declared: Endpoint) =>
  actsInWorkspace(declared)
    ? z.object({ ...declared.headers?.shape, ...workspaceHeader })
    : (declared.headers ?? z.object({}));

/**
 * Whether a person has to name one of several workspaces in the header. Operations about the person, and those with the
 * workspace in their path, do not need it.
 */
const actsInWorkspace = ({ auth, who, workspaces, openedAlsoBy = [] }: Endpoint): boolean =>
  openedAlsoBy.includes('person') ||
  (auth === 'admin' && who !== 'person' && who !== 'super-admin' && workspaces !== 'by_path');
