import type { WidgetOptions } from './options.ts';
import type { WidgetSettings } from './settings.ts';

/** As long as a question the API takes. */
export const questionLength = 2_000;

/** What the loader gives to the panel, which is a script of its own that comes when it is needed. */
export interface PanelContext {
  /** Where it draws: an element inside the widget's shadow root. */
  readonly place: HTMLElement;
  /** Adds a style sheet to the widget's. */
  adopt(css: string): void;
  readonly options: WidgetOptions;
  readonly settings: WidgetSettings;
  close(): void;
  /** What was on its way has ended, well or not; told after any change then. */
  answered(): void;
  /** Between the usual and the large size. */
  toggleSize(): void;
}

export interface Panel {
  /** False: an answer is on its way, and one question is asked at a time. */
  ask(question: string): boolean;
  /** The widget was opened: it takes the focus. */
  opened(): void;
  sized(state: { readonly expanded: boolean; readonly fullscreen: boolean }): void;
}

export interface PanelModule {
  mountPanel(context: PanelContext): Panel;
}
