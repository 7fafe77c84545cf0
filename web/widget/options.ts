import { parseUrl } from '../shared/parse-url.ts';

export const positions = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export type Position = (typeof positions)[number];

/** The options of the host page. Those that are not valid are left out. */
export interface WidgetOptions {
  readonly key: string;
  /** Where this script came from, and its panel with it. */
  readonly scriptUrl: string;
  /** The address of the API, without a slash at its end. */
  readonly baseUrl: string;
  readonly streaming: boolean;
  /** The mode that the page wants. The server ignores a mode that the key does not allow. */
  readonly mode?: string | undefined;
  /** The name under which the browser keeps the conversation. Each mode has its own. */
  readonly keptUnder: string;
  /** The token of the person who has signed in at the site. It is only held in memory. */
  readonly userToken?: string | undefined;
  /** `#rrggbb` in lower case. Absent: the workspace's own colour. */
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
 * old name). `scriptUrl` is the address of the script. The API is at the same origin, unless the page names another.
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
    // A position that does not exist becomes the usual one and not the workspace's: the page wanted to set one.
    position: placed(dataset['position']) ?? placed(config['position']),
  };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const placed = (value: unknown): Position | undefined =>
  text(value) === undefined ? undefined : (readPosition(value) ?? 'bottom-right');

/** The server's address. The first version of the script took the address of its API instead. */
function readBase(value: unknown): string | undefined {
  const url = parseUrl(text(value) ?? '');
  if (!url || !/^https?:$/.test(url.protocol) || url.username) return undefined;
  return (url.origin + url.pathname).replace(/^(.*[^/])\/+$/, '$1').replace(/\/api\/widget$/, '');
}
