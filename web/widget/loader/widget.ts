import type { Remembered } from '../../shared/visitor.ts';
import { type FrameSize, frameSize } from '../frame-size.ts';
import { hasUnfinished, unreadName } from '../history-names.ts';
import type { WidgetOptions } from '../options.ts';
import { type Panel, questionLength } from '../panel-contract.ts';
import type { WidgetSettings } from '../settings.ts';
import { createContainer } from './container.ts';
import { keepFocusInside } from './focus.ts';
import { panelLoader } from './load-panel.ts';
import { isLonger } from '../../../functions/platform/portable/text-length.ts';

/** One widget of a page, as the page's own scripts may use it. */
export interface Widget {
  open(): void;
  close(): void;
  toggle(): void;
  /**
   * Opens the widget and asks the question. False when it is not asked, because it is empty or too long, or because an
   * answer is still on its way.
   */
  sendPrompt(text: string): boolean;
}

/** What the page is told: the size of what the widget covers, and that it was opened or closed. */
export type WidgetNews =
  | 'chat-opened'
  | 'chat-closed'
  | (FrameSize & {
      readonly expanded: boolean;
      readonly fab: boolean;
      readonly hidden: boolean;
      readonly reason: string;
    });

/** The size of a closed widget: the button and a little room around it. */
const closedSize = { width: 96, height: 96, fullscreen: false };
const readyWithin = 8_000;

/** What the page is told when it gets no widget. */
export const absenceNews = (reason: 'mobile' | 'refused'): WidgetNews => ({
  width: 0,
  height: 0,
  fullscreen: false,
  expanded: false,
  fab: false,
  hidden: true,
  reason,
});

export function createWidget(
  options: WidgetOptions,
  settings: WidgetSettings,
  lift: number,
  remembered: Remembered,
  tell: (news: WidgetNews) => void,
): { readonly widget: Widget; remove(): void } {
  const container = createContainer(settings, lift);
  const { launcher } = container;
  const unread = unreadName(options.keptUnder);
  let open = false;
  let expanded = false;
  let panel: Panel | undefined;
  let before: Element | null = null;

  const measure = (): FrameSize => {
    const { visualViewport: visible } = globalThis;
    // The keyboard of a phone leaves only this part of the screen free.
    const viewport = { width: visible?.width ?? innerWidth, height: visible?.height ?? innerHeight };
    return frameSize(
      visible && visible.scale > 1.01 ? { width: innerWidth, height: innerHeight } : viewport,
      expanded,
    );
  };
  const layOut = (reason: string): void => {
    const size = measure();
    container.size(size, size.fullscreen ? (globalThis.visualViewport?.offsetTop ?? 0) : 0);
    panel?.sized({ expanded, fullscreen: size.fullscreen });
    tell({ ...(open ? size : closedSize), expanded, fab: !(open && size.fullscreen), hidden: false, reason });
  };
  const load = panelLoader(container, () => ({
    place: container.place,
    adopt: container.adopt,
    options,
    settings,
    close: () => widget.close(),
    answered() {
      if (open) return;
      remembered.write(unread, '1');
      container.show(false, true);
    },
    toggleSize() {
      expanded = !expanded;
      layOut('size');
    },
  }));
  const ready = async (): Promise<Panel | undefined> => {
    panel = await load();
    panel?.sized({ expanded, fullscreen: measure().fullscreen });
    return panel;
  };
  const widget: Widget = {
    open() {
      if (open) return;
      open = true;
      before = document.activeElement;
      remembered.forget(unread);
      container.show(true, false);
      layOut('open');
      tell('chat-opened');
      void ready().then(loaded => open && loaded?.opened());
    },
    close() {
      if (!open) return;
      const focused = container.root.activeElement !== null;
      open = false;
      container.show(false, false);
      layOut('close');
      tell('chat-closed');
      // Focus that was in the widget goes back to where it came from. Focus in the page stays there.
      if (focused) returnFocus(before, launcher, container.host);
    },
    toggle: () => (open ? widget.close() : widget.open()),
    sendPrompt(text) {
      const question = typeof text === 'string' ? text.trim() : '';
      if (question === '') {
        console.warn('Switchboard widget: sendPrompt needs a text');
        return false;
      }
      if (isLonger(question, questionLength)) {
        console.warn(`Switchboard widget: sendPrompt takes ${questionLength} characters at most`);
        return false;
      }
      widget.open();
      if (panel) return panel.ask(question);
      const asked = performance.now();
      void ready().then(loaded => {
        if (loaded && performance.now() - asked <= readyWithin) loaded.ask(question);
        else console.warn('Switchboard widget: it was not ready within 8 s, so the prompt was dropped');
      });
      return true;
    },
  };
  launcher.addEventListener('click', () => widget.toggle());
  // The panel's script is loaded when a visitor seems to want it, and not before: most visitors never open a chat.
  for (const intent of ['pointerenter', 'focus', 'touchstart'] as const)
    launcher.addEventListener(intent, () => void load(), { once: true, passive: true });
  keepFocusInside(
    container,
    () => open && measure().fullscreen,
    () => widget.close(),
  );
  const resized = () => open && layOut('resize');
  addEventListener('resize', resized);
  globalThis.visualViewport?.addEventListener('resize', resized);
  globalThis.visualViewport?.addEventListener('scroll', resized);
  container.show(false, remembered.read(unread) !== undefined);
  layOut('ready');
  // An answer that was on its way when the page was left goes on, so that it is there when the widget is opened.
  if (hasUnfinished(remembered, options.keptUnder)) void ready();
  return {
    widget,
    remove() {
      widget.close();
      container.host.remove();
    },
  };
}

function returnFocus(before: Element | null, launcher: HTMLElement, host: HTMLElement): void {
  const usable =
    before instanceof HTMLElement && before !== host && before !== document.body && before.isConnected;
  (usable ? before : launcher).focus();
}
