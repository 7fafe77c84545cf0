import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses';

/** One thing that the fake does in its reply, in order. */
export type Step =
  /** One delta each, so many milliseconds apart. */
  | { readonly do: 'text'; readonly deltas: readonly string[]; readonly apartMs?: number }
  | { readonly do: 'call'; readonly name: string; readonly arguments: string }
  | { readonly do: 'wait'; readonly ms: number }
  /** Sends nothing more until the client goes. */
  | { readonly do: 'stall' }
  | { readonly do: 'bytes'; readonly bytes: string }
  /** Closes the connection in the middle of the stream. */
  | { readonly do: 'cut' }
  /** Ends the stream properly, but without the event that completes it. */
  | { readonly do: 'stop' }
  | { readonly do: 'fail'; readonly code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt' }
  | { readonly do: 'error'; readonly code: string | null }
  | { readonly do: 'refuse'; readonly text: string }
  | { readonly do: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' };

export type Reply =
  | {
      readonly status: number;
      readonly code: string | null;
      readonly headers?: Readonly<Record<string, string>>;
      /** Instead of the service's JSON: what a proxy in between would send. */
      readonly body?: string;
    }
  /** `silent`: not even `response.created` is sent before the first step. */
  | { readonly steps: readonly Step[]; readonly silent?: boolean };

export const says = (...deltas: string[]): Reply => ({ steps: [{ do: 'text', deltas }] });

/** A sentence in deltas of about a token each. */
export const saysWords = (text: string, apartMs = 0): Reply => ({
  steps: [{ do: 'text', deltas: text.match(/\s*\S+/g) ?? [], apartMs }],
});

export const calls = (name: string, args: object): Reply => ({
  steps: [{ do: 'call', name, arguments: JSON.stringify(args) }],
});

/** What the fake says unless it is told otherwise: the first source that it was given, cited, or that there is none. */
export function replyFromSources({ input }: ResponseCreateParamsStreaming): Reply {
  const outputs = Array.isArray(input)
    ? input.flatMap(item =>
        item.type === 'function_call_output' && typeof item.output === 'string' ? [item.output] : [],
      )
    : [];
  const sources = outputs.flatMap(
    output => (JSON.parse(output) as { sources?: { n: number; text: string }[] }).sources ?? [],
  );
  const first = sources[0];
  if (!first) return saysWords('The documents do not say.');
  return saysWords(`The documents say: ${first.text.replaceAll(/\s+/g, ' ').slice(0, 200)} [${first.n}]`);
}
