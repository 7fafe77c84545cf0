import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  Response as ModelResponse,
  ResponseCreateParamsStreaming,
  ResponseOutputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import type { Step } from './openai-reply.ts';

type WithoutNumber<E> = E extends unknown ? Omit<E, 'sequence_number'> : never;

/** Writes one response as the service streams it, checking each event before it is sent. */
export class ResponseStream {
  readonly #out: ServerResponse;
  readonly #request: ResponseCreateParamsStreaming;
  readonly #check: (event: unknown) => void;
  readonly #gone: AbortSignal;
  readonly #id: string;
  readonly #output: ResponseOutputItem[] = [];
  #sequence = 0;
  #tokens = 0;

  constructor(
    out: ServerResponse,
    request: ResponseCreateParamsStreaming,
    id: string,
    check: (event: unknown) => void,
    gone: AbortSignal,
  ) {
    this.#out = out;
    this.#request = request;
    this.#id = id;
    this.#check = check;
    this.#gone = gone;
  }

  begin(): void {
    this.#send({ type: 'response.created', response: this.#response('in_progress') });
    this.#send({ type: 'response.in_progress', response: this.#response('in_progress') });
    if (!/^(?:gpt-5|o\d)/.test(String(this.#request.model))) return;
    const item: ResponseOutputItem = { type: 'reasoning', id: `rs_${this.#id}`, summary: [] };
    this.#send({ type: 'response.output_item.added', output_index: 0, item });
    this.#send({ type: 'response.output_item.done', output_index: 0, item });
    this.#output.push(item);
  }

  /** True when the step ended the response. */
  async take(step: Step): Promise<boolean> {
    switch (step.do) {
      case 'text':
        return this.#say(step.deltas, step.apartMs ?? 0);
      case 'call':
        this.#call(step.name, step.arguments);
        return false;
      case 'wait':
        await delay(step.ms, undefined, { signal: this.#gone });
        return false;
      case 'stall':
        await new Promise((_, reject) => {
          this.#gone.addEventListener('abort', () => reject(this.#gone.reason), { once: true });
        });
        return true;
      case 'bytes':
        this.#out.write(step.bytes);
        return false;
      case 'cut':
        // What was written is on its way before the connection goes.
        await delay(20);
        this.#out.destroy();
        return true;
      case 'stop':
        this.#out.end();
        return true;
      case 'fail':
        this.#send({
          type: 'response.failed',
          response: {
            ...this.#response('failed'),
            error: { code: step.code, message: 'Internal: worker 17 at 10.0.0.1 gave up.' },
          },
        });
        return this.#end();
      case 'error':
        this.#send({ type: 'error', code: step.code, message: 'Internal: worker 17 gave up.', param: null });
        return this.#end();
      case 'refuse':
        this.#refuse(step.text);
        return false;
      case 'incomplete':
      default:
        return this.#incomplete(step.reason);
    }
  }

  complete(): void {
    const response = this.#response('completed');
    this.#send({ type: 'response.completed', response: { ...response, usage: this.#usage() } });
    this.#end();
  }

  async #say(deltas: readonly string[], apartMs: number): Promise<boolean> {
    const at = {
      output_index: this.#output.length,
      content_index: 0,
      item_id: `msg_${this.#id}_${this.#output.length}`,
    };
    const message = (
      text: string,
      status: 'in_progress' | 'completed' | 'incomplete',
    ): ResponseOutputItem => ({
      type: 'message',
      id: at.item_id,
      role: 'assistant',
      status,
      content: status === 'in_progress' ? [] : [part(text)],
    });
    const part = (text: string) => ({ type: 'output_text' as const, text, annotations: [], logprobs: [] });
    this.#send({
      type: 'response.output_item.added',
      output_index: at.output_index,
      item: message('', 'in_progress'),
    });
    this.#send({ type: 'response.content_part.added', ...at, part: part('') });
    let text = '';
    let cut = false;
    for (const delta of deltas) {
      if (this.#tokens >= (this.#request.max_output_tokens ?? Number.POSITIVE_INFINITY)) {
        cut = true;
        break;
      }
      if (apartMs > 0) await delay(apartMs, undefined, { signal: this.#gone });
      this.#tokens += 1;
      text += delta;
      this.#send({ type: 'response.output_text.delta', ...at, delta, logprobs: [] });
    }
    const item = message(text, cut ? 'incomplete' : 'completed');
    this.#send({ type: 'response.output_text.done', ...at, text, logprobs: [] });
    this.#send({ type: 'response.content_part.done', ...at, part: part(text) });
    this.#send({ type: 'response.output_item.done', output_index: at.output_index, item });
    this.#output.push(item);
    return cut ? this.#incomplete('max_output_tokens') : false;
  }

  #call(name: string, args: string): void {
    const output_index = this.#output.length;
    const item_id = `fc_${this.#id}_${output_index}`;
    const item = (args: string, status: 'in_progress' | 'completed'): ResponseOutputItem => ({
      type: 'function_call',
      id: item_id,
      call_id: `call_${this.#id}_${output_index}`,
      name,
      arguments: args,
      status,
    });
    this.#send({ type: 'response.output_item.added', output_index, item: item('', 'in_progress') });
    this.#send({ type: 'response.function_call_arguments.delta', output_index, item_id, delta: args });
    this.#send({
      type: 'response.function_call_arguments.done',
      output_index,
      item_id,
      name,
      arguments: args,
    });
    this.#send({ type: 'response.output_item.done', output_index, item: item(args, 'completed') });
    this.#output.push(item(args, 'completed'));
  }

  #refuse(refusal: string): void {
    const at = {
      output_index: this.#output.length,
      content_index: 0,
      item_id: `msg_${this.#id}_${this.#output.length}`,
    };
    const item: ResponseOutputItem = {
      type: 'message',
      id: at.item_id,
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'refusal', refusal }],
    };
    this.#send({ type: 'response.output_item.added', output_index: at.output_index, item });
    this.#send({ type: 'response.refusal.delta', ...at, delta: refusal });
    this.#send({ type: 'response.refusal.done', ...at, refusal });
    this.#send({ type: 'response.output_item.done', output_index: at.output_index, item });
    this.#output.push(item);
  }

  #incomplete(reason: 'max_output_tokens' | 'content_filter'): true {
    const response = this.#response('incomplete');
    this.#send({
      type: 'response.incomplete',
      response: { ...response, incomplete_details: { reason }, usage: this.#usage() },
    });
    return this.#end();
  }

  #end(): true {
    this.#out.end();
    return true;
  }

  #usage(): NonNullable<ModelResponse['usage']> {
    const input = Math.ceil(JSON.stringify(this.#request.input ?? '').length / 4);
    return {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: this.#tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + this.#tokens,
    };
  }

  /** `usage` and `user` are left out rather than null: the published description knows no null there. */
  #response(
    status: 'in_progress' | 'completed' | 'failed' | 'incomplete',
  ): Omit<ModelResponse, 'output_text'> {
    const {
      model = '',
      instructions,
      max_output_tokens,
      tools,
      tool_choice,
      parallel_tool_calls,
    } = this.#request;
    return {
      id: `resp_${this.#id}`,
      object: 'response',
      created_at: Math.floor(Date.now() / 1000),
      status,
      access_programs: null,
      error: null,
      incomplete_details: null,
      instructions: instructions ?? null,
      max_output_tokens: max_output_tokens ?? null,
      metadata: {},
      model,
      output: [...this.#output],
      parallel_tool_calls: parallel_tool_calls ?? true,
      previous_response_id: null,
      reasoning: { effort: this.#request.reasoning?.effort ?? null, summary: null },
      temperature: 1,
      text: { format: { type: 'text' } },
      tool_choice: tool_choice ?? 'auto',
      tools: tools ?? [],
      top_p: 1,
      truncation: 'disabled',
    };
  }

  #send(event: WithoutNumber<SentEvent>): void {
    const numbered = { ...event, sequence_number: this.#sequence };
    this.#sequence += 1;
    this.#check(numbered);
    this.#out.write(`event: ${numbered.type}\ndata: ${JSON.stringify(numbered)}\n\n`);
  }
}

/** The SDK's types of events, but for `output_text`, which the SDK adds itself, and `name`, which its types lack. */
type SentEvent = ResponseStreamEvent extends infer E
  ? E extends { response: ModelResponse }
    ? Omit<E, 'response'> & { response: Omit<ModelResponse, 'output_text'> }
    : E extends { type: 'response.function_call_arguments.done' }
      ? E & { name: string }
      : E
  : never;
