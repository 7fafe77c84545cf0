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
  /** By which the key answers, once it is known. */
  readonly mode: string | undefined;
  readonly prompts: readonly string[];
  readonly disabledOnMobile: boolean;
  readonly takesFiles: boolean;
}

/**
 * `refused`: the key is bad, or not for this site, so there is nothing to show; `reason` is the server's own where the
 * page may read it. `known` from the last page can turn out to be refused: `refusal` tells it then, and is undefined
 * otherwise.
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

/** A page does not wait longer than this for a server to tell how its button looks. */
const patience = 2_500;

/** The settings of a reply, field by field: what is absent or not valid is as it is by default. */
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
 * Asks for the settings. What was told last time is used at once, and asked again for the next page; without an answer
 * the defaults are used. Only a refusal of the key ends it.
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
  // A page that is not admitted may not read even that, and the browser does not tell it from a network that is away.
  // The server is there, though, when a request that reads nothing succeeds; asked once more, since the network may
  // have come back in between.
  const there = await fetch(`${options.baseUrl}/api/widget/health`, {
    mode: 'no-cors',
    credentials: 'omit',
    signal: AbortSignal.timeout(patience),
  }).catch(() => undefined);
  const second = there && (await readConfig(options, fetch));
  return second === 'unreadable' ? { reason: 'the server does not let this page read why' } : second;
}

/** Undefined where the server is not well or too slow: the button with its default look is better than none. */
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
