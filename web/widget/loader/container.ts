import type { FrameSize } from '../frame-size.ts';
import type { WidgetSettings } from '../settings.ts';
import { themeOf } from '../../shared/theme.ts';
import styles from './loader.css?inline';

/** The widget's elements in the page: one host element, and all else in its shadow root. */
export interface Container {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
  readonly frame: HTMLElement;
  /** Empty until the panel draws into it. */
  readonly place: HTMLElement;
  size(size: FrameSize, top: number): void;
  /** `unread`: the button says that there is something new. */
  show(open: boolean, unread: boolean): void;
  /** A sheet that is made by script needs no permission of the page's content policy, unlike a `style` element. */
  adopt(css: string): void;
}

const id = 'chat-widget-container';
/** A browser from before May 2024 does not know `light-dark()`: there the widget looks as on a light page. */
const known = (css: string): string =>
  CSS.supports('color', 'light-dark(red,red)')
    ? css
    : css.replaceAll(/light-dark\(([^,()]+),[^()]+\)/g, '$1');
/** What is typed into the widget must not trigger the shortcuts of the page. */
const typing = ['keydown', 'keypress', 'keyup'] as const;

/**
 * Puts the closed widget after the page's body and not into it. A page may change its body (`transform`, `opacity`, or
 * a new body by a script that navigates), and that would change the widget too. The widget stands `lift` pixels higher,
 * to leave room for another one in the same corner.
 */
export function createContainer(
  { color, textColor, position, name }: WidgetSettings,
  lift: number,
): Container {
  const host = document.createElement('switchboard-widget');
  const taken = document.querySelectorAll('switchboard-widget').length;
  host.id = taken === 0 ? id : `${id}-${taken + 1}`;
  host.dataset['position'] = position;
  // The language of the widget's own words. What people and models write is marked as of unknown language.
  host.lang = 'en';
  const root = host.attachShadow({ mode: 'open' });
  const adopt = (css: string): void => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(known(css));
    root.adoptedStyleSheets.push(sheet);
  };
  adopt(styles);
  const sides = position.split('-');
  const frame = element('section', ['frame', ...sides]);
  frame.setAttribute('role', 'dialog');
  frame.setAttribute('aria-label', name);
  const place = element('div', ['place']);
  frame.append(place);
  const launcher = element('button', ['launcher', ...sides]);
  launcher.type = 'button';
  launcher.append(
    icon(
      'speak',
      'M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5ZM8.5 10h.01M12 10h.01M15.5 10h.01',
    ),
    icon('shut', 'm6 9 6 6 6-6'),
  );
  // Beside the button, since inside it would be a part of the button's name. Here it is spoken when it appears.
  const news = element('span', ['news', ...sides]);
  news.setAttribute('role', 'status');
  root.append(frame, launcher, news);
  const theme = themeOf(color, textColor);
  const set = (property: string, value: string) => host.style.setProperty(property, value, 'important');
  // The page's direction, which may be set on its body: the widget is outside the body and does not inherit it.
  set('direction', getComputedStyle(document.body).direction);
  set('--accent', theme.accent);
  set('--on-accent', theme.onAccent);
  set('--accent-ink', known(`light-dark(${theme.inkOnLight},${theme.inkOnDark})`));
  set('--lift', `${lift}px`);
  for (const type of typing) root.addEventListener(type, event => event.stopPropagation());
  const show = (open: boolean, unread: boolean): void => {
    frame.classList.toggle('open', open);
    // Of several widgets, the one that was opened last is in front. Else the button of another would cover it.
    if (open)
      for (const other of document.querySelectorAll('switchboard-widget'))
        other.toggleAttribute('data-behind', other !== host);
    launcher.setAttribute('aria-expanded', String(open));
    news.textContent = unread ? 'New message' : '';
    launcher.setAttribute(
      'aria-label',
      `${open ? 'Close' : 'Open'} chat: ${name}${unread ? '. New message' : ''}`,
    );
  };
  document.documentElement.append(host);
  return {
    host,
    root,
    launcher,
    frame,
    place,
    adopt,
    show,
    size({ width, height, fullscreen }, top) {
      set('--width', `${width}px`);
      set('--height', `${height}px`);
      set('--top', `${top}px`);
      frame.classList.toggle('fullscreen', fullscreen);
      // It is a modal dialog only where it covers the whole screen of a phone. Else the page stays in use.
      frame.setAttribute('aria-modal', String(fullscreen));
    },
  };
}

function element<Tag extends 'button' | 'div' | 'section' | 'span'>(tag: Tag, classes: readonly string[]) {
  const made = document.createElement(tag);
  made.classList.add(...classes);
  return made;
}

function icon(name: string, path: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', name);
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
