import { errorText } from '../../platform/errors.ts';
import { cut } from '../../platform/portable/text-length.ts';
import { RefusedAddress } from './address-guard.ts';

/** Why a fetch failed. `message` is for the person who asked; `retry` tells whether another try may help. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
  readonly kind: 'network' | 'timeout' | 'too_large' | 'garbled' | 'redirects' | 'refused';

  constructor(kind: FetchFailure['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  get retry(): boolean {
    return this.kind === 'network' || this.kind === 'timeout';
  }
}

const wording: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the host refuses connections',
  ECONNRESET: 'the host cut the connection',
  EHOSTUNREACH: 'the host can not be reached',
  ENETUNREACH: 'the network of the host can not be reached',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'the host took the connection but sent no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the host stopped sending in mid-page',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the host sends another length than it says',
  UND_ERR_SOCKET: 'the host cut the connection',
  CERT_HAS_EXPIRED: 'the certificate of the host has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the host is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate belongs to another host',
};

/** Turns a network error into a message for the person who asked. */
export function asFailure(error: unknown): FetchFailure {
  if (error instanceof FetchFailure) return error;
  const cause = { cause: error };
  if (error instanceof RefusedAddress) return new FetchFailure('refused', error.message, cause);
  if (!(error instanceof Error)) return new FetchFailure('network', 'the host can not be reached', cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'HTTPParserError' || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW')
    return new FetchFailure('garbled', 'the host does not speak HTTP properly', cause);
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return new FetchFailure('garbled', 'the host does not speak HTTPS at this address', cause);
  const message = wording[code] ?? cut(errorText(error), 120);
  return new FetchFailure(/TIMEOUT$|TIMEDOUT$/.test(code) ? 'timeout' : 'network', message, cause);
}
