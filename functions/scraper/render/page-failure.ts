import { errorText } from '../../platform/errors.ts';
import { cut } from '../../platform/portable/text-length.ts';
import { RefusedAddress } from '../fetch/address-guard.ts';
import type { GuardingProxy } from '../fetch/guarding-proxy.ts';
import { PageStuck } from './page-world.ts';
import type { RenderReply } from './schema.ts';

/** The page can not be shown, and the browser is well. The message is for the person who asked. */
export class PageFailure extends Error {
  override readonly name = 'PageFailure';
}

export type RenderFailed = Extract<RenderReply, { kind: 'failed' }>;

/** What Chromium says, and what that means to a reader. */
const wording: readonly (readonly [RegExp, string])[] = [
  [/ERR_NAME_NOT_RESOLVED|ERR_TUNNEL_CONNECTION_FAILED/, 'the host can not be reached'],
  [/ERR_CERT_/, 'the certificate of the host is not valid'],
  [/ERR_SSL_/, 'the host does not speak HTTPS properly'],
  [/ERR_TOO_MANY_REDIRECTS/, 'it redirects again and again'],
  [/ERR_UNSAFE_PORT/, 'it leads to a port that is not a web port'],
  [/Download is starting|ERR_ABORTED/, 'it is a download, no page'],
  [
    /ERR_(?:EMPTY_RESPONSE|CONNECTION_\w+|INVALID_\w+|RESPONSE_\w+|HTTP2?_\w+)/,
    'the host cut the connection',
  ],
  [/(?:Page|Target) crashed/, 'it makes the browser crash'],
  [/Timeout \d+ms exceeded/, 'the page does not load in time'],
];

/** The reply for an error while the page was shown. What the proxy knows is told before all else. */
export function failedBecause(error: unknown, proxy: GuardingProxy): RenderFailed {
  if (error instanceof RefusedAddress) return { kind: 'failed', why: 'refused', reason: error.message };
  const text = errorText(error);
  const last = proxy.refusals.at(-1);
  if (last && /ERR_TUNNEL_CONNECTION_FAILED|ERR_HTTP_RESPONSE_CODE_FAILURE/.test(text))
    return { kind: 'failed', why: last.kind === 'refused' ? 'refused' : 'page', reason: last.reason };
  if (error instanceof PageFailure || error instanceof PageStuck)
    return { kind: 'failed', why: 'page', reason: error.message };
  const known = wording.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return { kind: 'failed', why: 'page', reason: known };
  return { kind: 'failed', why: 'browser', reason: cut(text.split('\n')[0] ?? '', 200) };
}
