import type { Greeting, Remembered } from '../shared/visitor.ts';
import type { ThreadMemory } from './conversation.ts';

/**
 * The thread of this tab. A tab keeps its own thread, so that one starting over does not pull the thread away from
 * another; a new tab begins with the one used last.
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
 * How the mode presented itself last time, so that the page does not begin under another name; undefined on a first
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
        // Written by another version of the page.
        return undefined;
      }
    },
    write({ title, intro, prompts, color, text_color }: Greeting): void {
      browser.write(name, JSON.stringify({ title, intro, prompts, color, text_color }));
    },
  };
}
