/** Why a call did not do what was asked; each `message` is a sentence for the reader. */
export type PasswordRefusal =
  /** The password is not good enough. The link can still be used. */
  | { readonly kind: 'weak'; readonly message: string }
  /** The link is unknown, used, replaced or expired. */
  | { readonly kind: 'void'; readonly message: string }
  /** The account is gone. */
  | { readonly kind: 'gone'; readonly message: string }
  /** It did not work now: too many tries, no connection, or a fault of the server. Trying again may help. */
  | { readonly kind: 'later'; readonly message: string };

type Fetch = typeof globalThis.fetch;

/** The time limit of a call. The server takes 2.5 s to send a mail. */
const callLimit = 20_000;

/** Sets the password by the token of a link. Undefined when it is done. */
export async function setPassword(
  token: string,
  password: string,
  fetch: Fetch,
): Promise<PasswordRefusal | undefined> {
  const response = await post('/admin/reset/token', { token, new_password: password }, fetch);
  if (!response) {
    const message =
      'No answer came. Check your connection and try again. If it then says that the link was used, your password is set.';
    return { kind: 'later', message };
  }
  if (response.ok) return undefined;
  const { message, details } = await errorOf(response);
  if (response.status === 404) return { kind: 'gone', message: sentence(message) };
  if (response.status !== 400) return later(response);
  const weak = details.find(({ loc }) => loc.includes('new_password'));
  return weak ? { kind: 'weak', message: sentence(weak.msg) } : { kind: 'void', message: sentence(message) };
}

/**
 * Asks for a link by mail. Undefined when the server has accepted the request. It does so whether or not there is such
 * an account.
 */
export async function requestLink(username: string, fetch: Fetch): Promise<PasswordRefusal | undefined> {
  const response = await post('/admin/reset/initiate', { username }, fetch);
  if (!response) return { kind: 'later', message: 'No answer came. Check your connection and try again.' };
  if (response.ok) return undefined;
  if (response.status !== 503) return later(response);
  const { message } = await errorOf(response);
  return { kind: 'later', message: `${sentence(message)} Ask the operator for a link.` };
}

/** Undefined when no answer came. */
const post = (path: string, body: object, fetch: Fetch): Promise<Response | undefined> =>
  fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
    credentials: 'omit',
    signal: AbortSignal.timeout(callLimit),
  }).catch(() => undefined);

function later(response: Response): PasswordRefusal {
  const seconds = Number(response.headers.get('retry-after'));
  if (response.status === 429 && seconds > 0) {
    return { kind: 'later', message: `Too many tries from your network. Try again ${when(seconds)}.` };
  }
  return {
    kind: 'later',
    message: 'Something failed on the server. Try again in a minute.',
  };
}

/** "at 14:30, in 12 minutes". */
function when(seconds: number): string {
  // A minute later than the clock says, since it shows none of the seconds.
  const minutes = Math.ceil(seconds / 60);
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
  return `at ${time.format(Date.now() + minutes * 60_000)}, in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

interface ServerError {
  readonly message: string;
  readonly details: readonly { readonly loc: readonly unknown[]; readonly msg: string }[];
}

async function errorOf(response: Response): Promise<ServerError> {
  const body = (await response.json().catch(() => undefined)) as { error?: Partial<ServerError> } | undefined;
  const { message, details } = body?.error ?? {};
  return { message: message ?? 'the request was not accepted', details: details ?? [] };
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
