import type { Remembered } from '../shared/visitor.ts';
import { type Position, readColor, readPosition, type WidgetOptions } from './options.ts';

/** How the workspace wants its widget, as `GET /api/widget/config` says. */
export interface WidgetSettings {
  readonly color: string;
  /** The mode's own colour for text on `color`. */
  readonly textColor: string | undefined;
  readonly position: Position;
  readonly welcome: string;
  readonly name: string;
  readonly prompts: readonly string[];
  readonly disabledOnMobile: boolean;
}

/** `refused`: the key is bad, or not for this site, so there is nothing to show. */
export type SettingsOutcome =
  | { readonly is: 'known'; readonly settings: WidgetSettings }
  | { readonly is: 'refused'; readonly status: number; readonly reason: string };

/** A page does not wait longer than this for a server to tell how its button looks. */
const patience = 2_500;

/** The settings of a reply, field by field: what is absent or not valid is as it is by default. */
export function readSettings(reply: unknown, options: WidgetOptions): WidgetSettings {
  const widget = field(reply, 'widget');
  const words = (name: string, otherwise: string, most: number): string => {
    const value = field(widget, name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, most) : otherwise;
  };
  const prompts = field(widget, 'quickPrompts');
  return {
    color: options.color ?? readColor(field(widget, 'primaryColor')) ?? '#3b82f6',
    textColor: readColor(field(widget, 'textColor')),
    position: options.position ?? readPosition(field(widget, 'position')) ?? 'bottom-right',
    welcome: words('welcomeMessage', 'Hi! How can I help?', 500),
    name: words('widgetName', 'Support', 100),
    prompts: Array.isArray(prompts)
      ? prompts
          .filter((prompt): prompt is string => typeof prompt === 'string' && prompt.trim() !== '')
          .slice(0, 6)
      : [],
    disabledOnMobile: field(widget, 'disableOnMobile') === true,
  };
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/**
 * Asks for the settings. What was told last time is used at once, and asked again for the next page; without an answer the defaults are
 * used. Only a refusal of the key ends it.
 */
export async function loadSettings(
  options: WidgetOptions,
  remembered: Remembered,
  fetch: typeof globalThis.fetch,
): Promise<SettingsOutcome> {
  const name = `cc_settings.${options.key}`;
  const asked = askSettings(options, fetch);
  const kept = parsed(remembered.read(name));
  const settled = asked.then(outcome => {
    if (outcome && 'reply' in outcome) remembered.write(name, JSON.stringify(outcome.reply));
    if (outcome && 'refused' in outcome) remembered.forget(name);
    return outcome;
  });
  const outcome = kept === undefined ? await settled : { reply: kept };
  if (outcome && 'refused' in outcome) return { is: 'refused', ...outcome.refused };
  return { is: 'known', settings: readSettings(outcome?.reply, options) };
}

type Asked =
  | { readonly reply: unknown }
  | { readonly refused: { readonly status: number; readonly reason: string } };

async function askSettings(
  { baseUrl, key }: WidgetOptions,
  fetch: typeof globalThis.fetch,
): Promise<Asked | undefined> {
  try {
    const response = await fetch(`${baseUrl}/api/widget/config`, {
      headers: { 'x-api-key': key },
      credentials: 'omit',
      signal: AbortSignal.timeout(patience),
    });
    const reply: unknown = await response.json();
    if (response.ok) return { reply };
    const { status } = response;
    const reason = field(field(reply, 'error'), 'message');
    return status === 401 || status === 403
      ? { refused: { status, reason: typeof reason === 'string' ? reason : `status ${status}` } }
      : undefined;
  } catch {
    // No network, or a server that is not well: the button with its default look is better than none.
    return undefined;
  }
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
