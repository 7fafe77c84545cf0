import type { Panel, PanelContext, PanelModule } from '../panel-contract.ts';
import type { Container } from './container.ts';

/** The panel's file, beside this script. The build fills in its name, which changes with its content. */
declare const panelFile: string;

/**
 * Loads the panel on the first call, and again after a failure. Undefined when it can not be loaded; the frame then
 * says so.
 */
export function panelLoader(
  { place }: Container,
  context: () => PanelContext,
): () => Promise<Panel | undefined> {
  let loading: Promise<Panel | undefined> | undefined;
  let tries = 0;
  const say = (text: string): void => {
    const notice = document.createElement('p');
    notice.className = 'notice';
    notice.setAttribute('role', 'status');
    notice.textContent = text;
    place.replaceChildren(notice);
  };
  const load = async (): Promise<Panel | undefined> => {
    say('Loading…');
    try {
      const given = context();
      // A whole address, since in a script of another site a relative one would be relative to the page.
      const file = new URL(panelFile, given.options.scriptUrl);
      // A browser remembers that a module could not be loaded, so another try needs another address.
      if (tries++ > 0) file.search = `?${tries}`;
      const { mountPanel } = (await import(/* @vite-ignore */ file.href)) as PanelModule;
      place.replaceChildren();
      return mountPanel(given);
    } catch (error) {
      console.error('Switchboard widget: its panel could not be loaded', error);
      say('The chat could not be loaded. Close it and try again.');
      loading = undefined;
      return undefined;
    }
  };
  return () => (loading ??= load());
}
