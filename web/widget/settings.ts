import type { Remembered } from '../shared/visitor.ts';
import { type Position, readColor, readPosition, type WidgetOptions } from './options.ts';

/** The workspace's settings of its widget, as `GET /api/widget/config` sends them. */
export interface WidgetSettings {
  readonly color: string;
  /** The mode's own colour for text on `color`. */
  readonly textColor: string | undefined;
  readonly position: Position;
  readonly welcome: string;
  readonly name: string;
  /** The mode that answers for the key, once it is known. */
  readonly mode: string | undefined;
  readonly prompts: readonly string[];
  readonly disabledOnMobile: boolean;
  readonly takesFiles: boolean;
}

/**
 * `refused`: the key is bad, or not for this site, so no widget is shown. `reason` is the server's own, where the page
 * may read it. `known`: the settings may be those of the last page, whose key may be refused by now. `refusal` resolves
 * to that refusal, or to undefined.
 */
export type SettingsOutcome =
  | {
      readonly is: 'known';
      readonly settings: WidgetSettings;
      readonly refusal: Promise<SettingsRefusal | undefined>;
    }
  | ({ readonly is: 'refused' } & SettingsRefusal);

export interface SettingsRefusal {
  readonly reason: string;
}

/** A page waits no longer than this for the settings of its button. */
const patience = 2_500;

/** The settings of a reply. A field that is absent or not valid has its default. */
export function settingsFrom(reply: unknown, options: WidgetOptions): WidgetSettings {
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
    mode: words('mode', '', 100) || undefined,
    prompts: Array.isArray(prompts)
      ? prompts
          .filter((prompt): prompt is string => typeof prompt === 'string' && prompt.trim() !== '')
          .slice(0, 6)
      : [],
    disabledOnMobile: field(widget, 'disableOnMobile') === true,
    takesFiles: field(widget, 'allowFileUpload') === true,
  };
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/**
 * Asks for the settings. Those of the last time are used at once, and asked for again, for the next page. Without an
 * answer the defaults are used. Only a refusal of the key means that there is no widget.
 */
export async function loadSettings(
  options: WidgetOptions,
  remembered: Remembered,
  fetch: typeof globalThis.fetch,
): Promise<SettingsOutcome> {
  const name = `cc_settings.${options.keptUnder}`;
  const kept = parsed(remembered.read(name));
  const asked = askSettings(options, fetch).then(outcome => {
    if (outcome && 'reply' in outcome) remembered.write(name, JSON.stringify(outcome.reply));
    if (outcome && 'reason' in outcome) remembered.forget(name);
    return outcome;
  });
  const outcome = kept === undefined ? await asked : { reply: kept };
  if (outcome && 'reason' in outcome) return { is: 'refused', ...outcome };
  return {
    is: 'known',
    settings: settingsFrom(outcome?.reply, options),
    refusal: asked.then(later => (later && 'reason' in later ? later : undefined)),
  };
}

type Asked = { readonly reply: unknown } | SettingsRefusal;

async function askSettings(
  options: WidgetOptions,
  fetch: typeof globalThis.fetch,
): Promise<Asked | undefined> {
  const first = await readConfig(options, fetch);
  if (first !== 'unreadable') return first;
  // A page that is not allowed can not read the refusal either, and the browser reports it like a lost network. But if
  // a request that reads nothing succeeds, the server is there. Then the settings are asked for once more, since the
  // network may have come back in between.
  const there = await fetch(`${options.baseUrl}/api/widget/health`, {
    mode: 'no-cors',
    credentials: 'omit',
    signal: AbortSignal.timeout(patience),
  }).catch(() => undefined);
  const second = there && (await readConfig(options, fetch));
  return second === 'unreadable' ? { reason: 'the server does not let this page read why' } : second;
}

/** Undefined where the server fails or is too slow: a button with its default look is better than none. */
async function readConfig(
  { baseUrl, key, mode }: WidgetOptions,
  fetch: typeof globalThis.fetch,
): Promise<Asked | 'unreadable' | undefined> {
  const named = mode === undefined ? '' : `?mode=${encodeURIComponent(mode)}`;
  const response = await fetch(`${baseUrl}/api/widget/config${named}`, {
    headers: { 'x-api-key': key },
    credentials: 'omit',
    signal: AbortSignal.timeout(patience),
  }).catch((error: unknown) => (error instanceof TypeError ? 'unreadable' : undefined));
  if (!(response instanceof Response)) return response;
  const reply: unknown = await response.json().catch(() => undefined);
  const { status } = response;
  if (response.ok) return reply === undefined ? undefined : { reply };
  if (status !== 401 && status !== 403) return undefined;
  const reason = field(field(reply, 'error'), 'message');
  return { reason: typeof reason === 'string' ? reason : `status ${status}` };
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
