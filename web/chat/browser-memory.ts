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

/** How the mode presented itself last time, so that the page does not begin under another name. */
export function rememberedGreeting(mode: string, browser: Remembered) {
  const name = `switchboard.greeting.${mode}`;
  return {
    read(): Greeting {
      try {
        const kept: Partial<Greeting> = JSON.parse(browser.read(name) ?? '{}');
        return { title: kept.title ?? 'Switchboard', intro: kept.intro ?? '', prompts: kept.prompts ?? [] };
      } catch {
        // Written by another version of the page.
        return { title: 'Switchboard', intro: '', prompts: [] };
      }
    },
    write({ title, intro, prompts }: Greeting): void {
      browser.write(name, JSON.stringify({ title, intro, prompts }));
    },
  };
}
