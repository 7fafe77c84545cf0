import { ApiError } from '../../shared/api.ts';
import { refusalMessage } from '../../../functions/platform/portable/event-stream.ts';
import type { WidgetOptions } from '../options.ts';
import type { AttachedFile } from './attached-files.ts';
import { type Source, sourcesIn } from './entry.ts';

/** A visitor's question, and the conversation that it belongs to. */
export interface Question {
  readonly message: string;
  readonly files: readonly AttachedFile[];
  readonly session: string;
}

/** The widget's calls; each rejects with an `ApiError` whose message can be shown to a visitor. */
export interface WidgetApi {
  /** The open stream of the answer. */
  ask(question: Question, signal: AbortSignal): Promise<Response>;
  /** The stream again, after the event `lastEventId`; any status. */
  resume(url: string, lastEventId: number, signal: AbortSignal): Promise<Response>;
  /** Cancels the answer whose stream is at the URL. */
  cancel(url: string): Promise<void>;
  /** The whole answer at once, for pages that want no stream. */
  askWhole(question: Question, signal: AbortSignal): Promise<{ text: string; sources: Source[] }>;
}

/** What the server is told of the page that shows the widget. */
export interface HostPage {
  readonly userAgent: string;
  readonly url: string | undefined;
}

/** The time limit for a whole answer, which takes as long as its stream would. */
const wholeWithin = 120_000;
const canceledWithin = 10_000;

export function createWidgetApi(
  { baseUrl, key, mode, userToken }: WidgetOptions,
  page: HostPage,
  fetch: typeof globalThis.fetch,
): WidgetApi {
  const headers = { 'x-api-key': key };
  const post = async (path: string, { message, files, session }: Question, signal: AbortSignal) => {
    const metadata = { userAgent: page.userAgent.slice(0, 500), pageUrl: page.url };
    let response: Response;
    try {
      response = await fetch(`${baseUrl}/api/widget${path}`, {
        method: 'POST',
        headers: {
          ...headers,
          'Content-Type': 'application/json',
          ...(userToken === undefined ? {} : { 'X-User-Token': userToken }),
        },
        body: JSON.stringify({
          message,
          sessionId: session,
          mode,
          metadata,
          ...(files.length > 0 ? { files } : {}),
        }),
        credentials: 'omit',
        signal,
      });
    } catch (cause) {
      throw new ApiError(0, 'The question could not be sent. Check the connection and try again.', { cause });
    }
    if (!response.ok) throw await refusal(response);
    return response;
  };
  return {
    ask: (question, signal) => post('/chat/stream', question, signal),
    resume: (url, lastEventId, signal) =>
      fetch(ownUrl(url, baseUrl), {
        headers: { ...headers, ...(lastEventId > 0 ? { 'Last-Event-ID': String(lastEventId) } : {}) },
        credentials: 'omit',
        signal,
      }),
    async cancel(url) {
      await fetch(`${ownUrl(url, baseUrl)}/cancel`, {
        method: 'POST',
        headers,
        credentials: 'omit',
        // The request is sent even when the visitor leaves the page at once.
        keepalive: true,
        signal: AbortSignal.timeout(canceledWithin),
      });
    },
    async askWhole(question, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(wholeWithin)]);
      const response = await post('/chat', question, limited);
      const { response: text, sources } = (await response.json()) as Record<string, unknown>;
      return { text: typeof text === 'string' ? text : '', sources: sourcesIn(sources) };
    },
  };
}

/** The key goes to the API alone, whatever a page has written into the storage that the address was kept in. */
function ownUrl(url: string, baseUrl: string): string {
  const target = new URL(url, `${baseUrl}/`);
  if (target.origin !== new URL(baseUrl).origin) throw new ApiError(400, 'The answer can not be resumed.');
  return target.href;
}

async function refusal(response: Response): Promise<ApiError> {
  const { status } = response;
  const message = await refusalMessage(response);
  if (status === 429) {
    const seconds = Number(response.headers.get('retry-after'));
    // The hour's limit says so itself, with the time.
    const saysWhen = !(seconds > 0) || /\bagain in\b/.test(message);
    return new ApiError(status, saysWhen ? message : `${sentence(message)} Try again ${later(seconds)}.`);
  }
  if (status === 400 || status === 402 || status === 503 || status === 504)
    return new ApiError(status, message);
  console.error(`Switchboard widget: status ${status}: ${message}`);
  const closed = status === 401 || status === 403;
  return new ApiError(
    status,
    closed ? 'This chat is not available at the moment.' : 'Sorry, something went wrong. Please try again.',
  );
}

const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};

const later = (seconds: number): string => {
  if (seconds < 90) return `in ${Math.ceil(seconds)} seconds`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
};
