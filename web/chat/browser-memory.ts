import type { Greeting, Remembered } from '../shared/visitor.ts';
import type { ThreadMemory } from './conversation.ts';

/**
 * The thread of this tab. Each tab keeps its own thread, so that a tab that starts over does not change the thread of
 * another. A new tab begins with the thread that was used last.
 */
export function threadMemory(mode: string, tab: Remembered, browser: Remembered): ThreadMemory {
  const name = `switchboard.thread.${mode}`;
  return {
    read: () => tab.read(name) ?? browser.read(name),
    write(thread) {
      tab.write(name, thread);
      browser.write(name, thread);
    },
    forget() {
      tab.forget(name);
      browser.forget(name);
    },
  };
}

/**
 * The mode's name and looks at the last visit, so that the page does not begin under another name. Undefined on a first
 * visit.
 */
export function rememberedGreeting(mode: string, browser: Remembered) {
  const name = `switchboard.greeting.${mode}`;
  return {
    read(): Greeting | undefined {
      try {
        const {
          title,
          intro = '',
          prompts = [],
          color,
          text_color,
        }: Partial<Greeting> = JSON.parse(browser.read(name) ?? '{}');
        return title === undefined ? undefined : { title, intro, prompts, color, text_color };
      } catch {
        // Another version of the page has written it.
        return undefined;
      }
    },
    write({ title, intro, prompts, color, text_color }: Greeting): void {
      browser.write(name, JSON.stringify({ title, intro, prompts, color, text_color }));
    },
  };
}
