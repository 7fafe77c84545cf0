/** What the heavy pass runs inside a page, as text: see `in-page.ts`. */

/** Scrolls to the end and back, at most so far. A page that grows as it is scrolled is not followed for ever. */
export const scrollThrough = `(async () => {
  const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
  for (let step = 0; step < 40; step += 1) {
    const before = scrollY;
    scrollBy(0, innerHeight * 0.9);
    await wait(120);
    if (scrollY === before) break;
  }
  scrollTo(0, 0);
})()`;

export interface Unfolded {
  /** The lines that are shown in the end. */
  readonly shown: readonly string[];
  /** Lines that were shown on the way, and are in the document no more. */
  readonly lost: readonly string[];
}

/**
 * Opens what is folded: details, accordions, tabs. Menus are left, and forms, and whatever would leave the page: the
 * click is heard by the page's scripts, and no link is followed.
 */
export const unfold = `(async () => {
  const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
  const mostClicks = 60;
  const lines = () => (document.body?.innerText ?? '').split('\\n').map(line => line.trim()).filter(Boolean);
  const leaves = link => {
    const href = link?.getAttribute('href');
    // Such are addresses of pages that scripts make.
    if (!href || /^#(?![/!])|^#$|^javascript:/i.test(href)) return false;
    if (/^#[/!]/.test(href)) return true;
    return link.href.split('#')[0] !== location.href.split('#')[0];
  };
  const stay = event => {
    if (event.type === 'submit' || leaves(event.target.closest?.('a[href]'))) event.preventDefault();
  };
  addEventListener('click', stay, true);
  addEventListener('submit', stay, true);
  const seen = new Set(lines());
  for (const folded of document.querySelectorAll('details:not([open])')) folded.open = true;
  const controls = document.querySelectorAll(
    '[aria-expanded="false"], [role="tab"], [data-toggle="collapse"], [data-bs-toggle="collapse"], [data-toggle="tab"], [data-bs-toggle="tab"]',
  );
  let clicks = 0;
  for (const control of controls) {
    if (clicks === mostClicks) break;
    if (!control.isConnected || control.closest('nav, header, footer, form, [aria-haspopup], [role="menu"]')) continue;
    if (leaves(control.closest('a[href]'))) continue;
    clicks += 1;
    control.click();
    await wait(100);
    for (const line of lines()) seen.add(line);
  }
  removeEventListener('click', stay, true);
  removeEventListener('submit', stay, true);
  const texts = [];
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    if (!/^(?:script|style|noscript|template)$/i.test(node.parentNode?.nodeName ?? '')) texts.push(node.data);
  }
  const inDocument = texts.join('').replace(/\\s+/g, ' ');
  const shown = lines();
  return {
    shown: shown.slice(0, 3000),
    lost: [...seen].filter(line => !inDocument.includes(line.replace(/\\s+/g, ' '))).slice(0, 500),
  };
})()`;
