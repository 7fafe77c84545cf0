import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { ErrorCode } from '../functions/platform/errors.ts';

interface OwnAnswer {
  readonly type: ResponseType;
  /** In place of API Gateway's own. */
  readonly status?: string;
  readonly code: ErrorCode;
  readonly message: string;
}

const ownAnswers: readonly OwnAnswer[] = [
  // API Gateway's word for "no such resource or method".
  {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: '404',
    code: 'not_found',
    message: 'there is no such route',
  },
  {
    type: ResponseType.THROTTLED,
    code: 'rate_limited',
    message: 'too many requests at once; try again in a second',
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    code: 'timeout',
    message: 'the answer took too long; try again',
  },
  { type: ResponseType.DEFAULT_4XX, code: 'bad_request', message: 'the request could not be read' },
  {
    type: ResponseType.DEFAULT_5XX,
    code: 'internal',
    message: 'something went wrong on our side; try again',
  },
];

/**
 * Answers of API Gateway itself have the shape of all other errors, and `detail` beside it, as in errors of the runs
 * API: API Gateway has one answer for all paths, and knows no conditions. Its answer to a body that is too large can
 * not be changed at all: `api-at-the-edge.ts` answers before it. Pages of any origin may read these answers, but for
 * that about an unknown route: the widget has to know why it got no reply, and they tell nothing about anybody.
 */
export function wordOwnAnswers(rest: RestApi): void {
  for (const { type, status, code, message } of ownAnswers) {
    rest.addGatewayResponse(`Answer${type.responseType}`, {
      type,
      ...(status === undefined ? {} : { statusCode: status }),
      responseHeaders: {
        ...(code === 'not_found' ? {} : readable),
        'X-Request-ID': 'context.requestId',
        ...(code === 'rate_limited' ? { 'Retry-After': "'1'" } : {}),
      },
      templates: { 'application/json': JSON.stringify({ error: { code, message }, detail: message }) },
    });
  }
}

const readable = {
  'Access-Control-Allow-Origin': "'*'",
  'Access-Control-Expose-Headers': "'Retry-After, X-Request-ID'",
};
