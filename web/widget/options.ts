import { parseUrl } from '../shared/parse-url.ts';

export const positions = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export type Position = (typeof positions)[number];

/** What the host page asks for, with all that was not valid left out. */
export interface WidgetOptions {
  readonly key: string;
  /** Where this script came from, and its panel with it. */
  readonly scriptUrl: string;
  /** Where the API is, without a closing slash. */
  readonly baseUrl: string;
  readonly streaming: boolean;
  /** By which the page wants to be answered; the server ignores one that the key does not allow. */
  readonly mode?: string | undefined;
  /** Under which the browser keeps the conversation: that of another mode is another one. */
  readonly keptUnder: string;
  /** Says who has signed in at the site; held in memory alone. */
  readonly userToken?: string | undefined;
  /** `#rrggbb` in lower case; absent: as the workspace has set it. */
  readonly color?: string | undefined;
  readonly position?: Position | undefined;
}

/** Attributes of the script tag, as `HTMLElement.dataset` has them. */
export type Dataset = Readonly<Record<string, string | undefined>>;

/** `#abc` and `#aabbcc` as `#aabbcc`; anything else is no colour here. */
export function readColor(value: unknown): string | undefined {
  const match = typeof value === 'string' && /^#(?:[\da-f]{3}|[\da-f]{6})$/i.exec(value.trim());
  if (!match) return undefined;
  const digits = match[0].slice(1).toLowerCase();
  return `#${digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits}`;
}

export const readPosition = (value: unknown): Position | undefined =>
  positions.find(position => position === value);

/**
 * The options of one script tag. An attribute wins over the global `ChatConnectConfig` (or `ConferenceChatConfig`, its
 * old name). `scriptUrl` is where the script came from, which is where the API is unless the page says otherwise.
 * Undefined without a key.
 */
export function readOptions(
  dataset: Dataset,
  globals: unknown,
  scriptUrl: string,
): WidgetOptions | undefined {
  const config = (typeof globals === 'object' && globals ? globals : {}) as Record<string, unknown>;
  const key = text(dataset['apiKey']) ?? text(dataset['key']) ?? text(config['apiKey']);
  if (!key) return undefined;
  const mode = text(dataset['mode']);
  return {
    key,
    keptUnder: mode === undefined ? key : `${key}.${mode}`,
    scriptUrl,
    baseUrl: readBase(dataset['baseUrl']) ?? readBase(config['baseUrl']) ?? new URL(scriptUrl).origin,
    streaming:
      dataset['streaming'] === undefined ? config['streaming'] !== false : dataset['streaming'] !== 'false',
    mode,
    userToken: text(dataset['userToken']),
    color: readColor(dataset['theme']) ?? readColor(config['primaryColor']),
    // A position that does not exist is the usual one, and not the workspace's: the page did want to say something.
    position: placed(dataset['position']) ?? placed(config['position']),
  };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const placed = (value: unknown): Position | undefined =>
  text(value) === undefined ? undefined : (readPosition(value) ?? 'bottom-right');

/** The first version of the script wanted the address of its API, this one that of the server. */
function readBase(value: unknown): string | undefined {
  const url = parseUrl(text(value) ?? '');
  if (!url || !/^https?:$/.test(url.protocol) || url.username) return undefined;
  return (url.origin + url.pathname).replace(/^(.*[^/])\/+$/, '$1').replace(/\/api\/widget$/, '');
}
