import { rememberedIn } from '../../shared/remembered.ts';
import { readOptions, type WidgetOptions } from '../options.ts';
import { loadSettings, type SettingsRefusal } from '../settings.ts';
import { offerToPage, tellPage } from './host-api.ts';
import { absenceNews, createWidget } from './widget.ts';

declare global {
  interface Window {
    ChatConnectConfig?: unknown;
    ConferenceChatConfig?: unknown;
  }
  interface Navigator {
    readonly userAgentData?: { readonly mobile: boolean };
  }
}

const say = (text: string): void => console.error(`Switchboard widget: ${text}`);
const buttonAndGap = 72;

/**
 * The script tag of this script, while it runs for the first time. A module has no such tag, and is found by its
 * address.
 */
function ownTag(): HTMLScriptElement | undefined {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement) return current;
  return [...document.querySelectorAll<HTMLScriptElement>('script[src*="/widget/v2/widget.js"]')].at(-1);
}

const isOnMobile = (): boolean =>
  navigator.userAgentData?.mobile ?? /Android|iPhone|iPad|iPod|Mobi/i.test(navigator.userAgent);

async function begin(options: WidgetOptions): Promise<void> {
  const { key } = options;
  const remembered = rememberedIn('localStorage');
  const outcome = await loadSettings(options, remembered, fetch);
  if (outcome.is === 'refused') return explain(options, outcome);
  const { settings } = outcome;
  if (settings.disabledOnMobile && isOnMobile()) return tellPage(key, absenceNews('mobile'));
  if (options.mode && settings.mode && options.mode !== settings.mode)
    console.warn(
      `Switchboard widget: data-mode says "${options.mode}", but this key answers by "${settings.mode}"`,
    );
  const same = [...document.querySelectorAll(`switchboard-widget[data-position="${settings.position}"]`)];
  const { widget, remove } = createWidget(options, settings, same.length * buttonAndGap, remembered, news =>
    tellPage(key, news),
  );
  offerToPage(key, widget);
  const refusal = await outcome.refusal;
  if (!refusal) return;
  remove();
  explain(options, refusal);
}

/** Visitors see nothing. The people who maintain the site find in the console what to do. */
function explain({ key, baseUrl }: WidgetOptions, { reason }: SettingsRefusal): void {
  say(
    `the key was refused: ${reason}. Use a key of ${baseUrl}/admin/widget/keys, allow ${location.host} by ${baseUrl}/admin/widget/domains, and see that the workspace is active`,
  );
  tellPage(key, absenceNews('refused'));
}

function start(): void {
  const tag = ownTag();
  const options = readOptions(
    tag?.dataset ?? {},
    window.ChatConnectConfig ?? window.ConferenceChatConfig,
    tag?.src || location.href,
  );
  if (!options) return say('it needs a key: <script src="…/widget/v2/widget.js" data-api-key="pk_live_…">');
  // The same tag may be on a page twice, by a template and by a tag manager.
  const started = Symbol.for(`switchboard-widget ${options.key}`);
  if (started in window) return say('this key’s widget is on the page already');
  Object.defineProperty(window, started, { value: true });
  const go = () => void begin(options);
  if (document.body) go();
  else addEventListener('DOMContentLoaded', go, { once: true });
}

start();
