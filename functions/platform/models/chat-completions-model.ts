import type { Clock } from '../clock.ts';
import type { Model } from './model.ts';
import { adapting } from './adapt.ts';
import { chatReader } from './chat-events.ts';
import { chatBody, chatLacks, type Dialect } from './chat-request.ts';
import { type ProviderSettings, providerModel } from './provider.ts';

const ownAddress: Record<Exclude<Dialect, 'compatible'>, string> = {
  anthropic: 'https://api.anthropic.com/v1/',
  gemini: 'https://generativelanguage.googleapis.com/v1beta/openai/',
};

/**
 * A model of any service that speaks OpenAI's chat completions. Anthropic and Gemini have their own addresses. A
 * `compatible` service, such as Ollama or vLLM, has the address of the settings, and needs a key only if it asks for
 * one.
 */
export function chatCompletionsModel(dialect: Dialect, settings: ProviderSettings, clock: Clock): Model {
  const baseUrl =
    settings.baseUrl !== '' || dialect === 'compatible' ? settings.baseUrl : ownAddress[dialect];
  const adapted = adapting(chatLacks);
  return providerModel(
    `${dialect}:${settings.model}`,
    {
      open: (client, request, signal) =>
        adapted(lacks =>
          client.chat.completions.create(chatBody(dialect, settings.model, request, lacks), { signal }),
        ),
      reader: chatReader,
    },
    { ...settings, baseUrl },
    clock,
  );
}
