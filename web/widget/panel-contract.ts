import type { WidgetOptions } from './options.ts';
import type { WidgetSettings } from './settings.ts';

/** The most characters of a question that the API takes. */
export const questionLength = 2_000;

/** What the loader gives to the panel, a separate script that is loaded when it is needed. */
export interface PanelContext {
  /** The element to draw into, inside the widget's shadow root. */
  readonly place: HTMLElement;
  /** Adds a style sheet to the widget's. */
  adopt(css: string): void;
  readonly options: WidgetOptions;
  readonly settings: WidgetSettings;
  close(): void;
  /** Called after every change while no answer is on its way. */
  answered(): void;
  /** Switches between the usual and the large size. */
  toggleSize(): void;
}

export interface Panel {
  /** Asks the question. False when an answer is on its way: one question is asked at a time. */
  ask(question: string): boolean;
  /** Call it when the widget was opened: the panel takes the focus. */
  opened(): void;
  sized(state: { readonly expanded: boolean; readonly fullscreen: boolean }): void;
}

export interface PanelModule {
  mountPanel(context: PanelContext): Panel;
}
