import type { Widget, WidgetNews } from './widget.ts';

/** `window.ChatWidget`: the first widget of the page, and all of them by their keys. */
interface ChatWidget extends Widget {
  readonly widgets: Readonly<Record<string, Widget>>;
}

declare global {
  interface Window {
    ChatWidget?: ChatWidget;
  }
}

const commands: Readonly<Record<string, (widget: Widget, prompt: string) => void>> = {
  OPEN_WIDGET: widget => widget.open(),
  CLOSE_WIDGET: widget => widget.close(),
  TOGGLE_WIDGET: widget => widget.toggle(),
  SEND_PROMPT: (widget, prompt) => void widget.sendPrompt(prompt),
};

/**
 * Lets the page's scripts reach the widget in two ways: as `window.ChatWidget`, which is the first widget of the page,
 * and by messages `{source: 'chat-widget-loader', type: 'COMMAND', command, prompt?, key?}` that the page's own window
 * posts to itself.
 */
export function offerToPage(key: string, widget: Widget): void {
  // The name may belong to an element of the page with that id, or to another script.
  const known = window.ChatWidget?.widgets;
  if (known) (known as Record<string, Widget>)[key] = widget;
  else window.ChatWidget = { ...widget, widgets: { [key]: widget } };
  addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
    // Another site that frames this page, or is framed by it, may post here too.
    if (source !== window || origin !== location.origin) return;
    if (typeof data !== 'object' || data === null) return;
    const message = data as Record<string, unknown>;
    if (message['source'] !== 'chat-widget-loader' || message['type'] !== 'COMMAND') return;
    if (message['key'] === undefined ? known !== undefined : message['key'] !== key) return;
    const { command, prompt } = message;
    if (typeof command !== 'string' || !Object.hasOwn(commands, command)) return;
    commands[command]?.(widget, typeof prompt === 'string' ? prompt : '');
  });
}

/** What the page can listen for with `addEventListener('message', ...)`. `/` is the page's own origin. */
export function tellPage(key: string, news: WidgetNews): void {
  window.postMessage(
    typeof news === 'string' ? news : { source: 'chat-widget', type: 'SIZE', key, ...news },
    '/',
  );
}
