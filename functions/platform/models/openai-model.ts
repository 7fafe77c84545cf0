import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { Clock } from '../clock.ts';
import { type Model, ModelError } from './model.ts';
import { adapting } from './adapt.ts';
import { readEvent } from './openai-events.ts';
import { messages } from './openai-failure.ts';
import { openAiLacks, requestBody } from './openai-request.ts';
import { type ProviderSettings, providerModel, type ResponseReader } from './provider.ts';

export type OpenAiSettings = ProviderSettings;

/** OpenAI's Responses API, or a service that speaks it. Nothing is stored at the provider. */
export function openAiModel(settings: OpenAiSettings, clock: Clock): Model {
  const adapted = adapting(openAiLacks);
  return providerModel(
    `openai:${settings.model}`,
    {
      open: (client, request, signal) =>
        adapted(lacks => client.responses.create(requestBody(settings.model, request, lacks), { signal })),
      reader: responseReader,
    },
    settings,
    clock,
  );
}

/** The event that completes a response ends it: nothing comes after it. */
function responseReader(): ResponseReader<ResponseStreamEvent> {
  let reply = { calls: 0, characters: 0 };
  return {
    complete: false,
    read(raw) {
      const event = readEvent(raw, reply);
      if (event === undefined) return [];
      if (event.type === 'text') reply = { ...reply, characters: reply.characters + event.text.length };
      if (event.type === 'tool_call') reply = { ...reply, calls: reply.calls + 1 };
      return [event];
    },
    end() {
      throw new ModelError('unreachable', messages.brokenOff);
    },
  };
}
