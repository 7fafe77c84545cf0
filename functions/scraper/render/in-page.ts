/**
 * What is run inside a page, as text: it is in another world than our code, and no bundler may rename what it uses. It
 * runs in an isolated world of the page, which shares the page's document and none of its scripts' objects: a page
 * that replaces `Array.prototype.map` does not change what happens here.
 */

/** How much there is on the page. Two equal answers, one after the other, mean that nothing happens. */
export const measure = `(() => {
  let [elements, text, shown] = [0, 0, 0];
  const roots = [document];
  for (const root of roots) {
    const inside = root.querySelectorAll('*');
    elements += inside.length;
    const length = ((root.body ?? root).textContent ?? '').length;
    text += length;
    // What is seen must be laid out, which takes long for much text: then it is not asked how much of it is seen.
    shown += root === document && length < 20000 ? (root.body?.innerText ?? '').trim().length : length;
    for (const element of inside) {
      const inner = element.shadowRoot ?? (element.localName === 'iframe' ? element.contentDocument : null);
      if (inner && roots.length < 100) roots.push(inner);
    }
  }
  return { elements, text, shown };
})()`;

export interface Measure {
  readonly elements: number;
  /** Characters, those that can not be seen too. */
  readonly text: number;
  /** Characters that can be seen; of much text, and in shadow roots and frames, all. */
  readonly shown: number;
}

export interface Snapshot {
  readonly html: string;
  readonly title: string;
  readonly cut: boolean;
}

/**
 * The document as HTML, at most so many characters of it. Open shadow roots are written where they are shown, with
 * what is slotted into them in its place, and frames of the same origin where they stand. What only scripts and styles
 * need is left out.
 */
export const snapshot = (mostCharacters: number): string => `(() => {
  const most = ${mostCharacters};
  const pieces = [];
  let length = 0;
  let cut = false;
  const put = text => {
    if (length + text.length > most) cut = true;
    if (cut) return;
    length += text.length;
    pieces.push(text);
  };
  const escaped = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\\u00a0/g, '&nbsp;');
  const without = new Set(['style', 'noscript', 'template', 'object', 'embed', 'canvas']);
  const empty = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
  // Addresses of a frame are relative to the frame.
  const addresses = new Set(['href', 'src']);
  const nameOf = (element, name) => {
    if (name === 'frameset') return 'body';
    if (!name.includes('-')) return name;
    // An element of the page's own making counts for how it looks.
    const display = element.ownerDocument.defaultView?.getComputedStyle(element).display ?? 'inline';
    return /^inline|^contents/.test(display) ? 'span' : 'div';
  };
  const open = (element, name, framed) => {
    let tag = '<' + name;
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith('on') || attribute === 'srcdoc' || value.length > 20000) continue;
      if (!/^[a-z][\\w:.-]*$/i.test(attribute)) continue;
      const full = framed && addresses.has(attribute) && typeof element[attribute] === 'string';
      tag += ' ' + attribute + '="' + escaped(full ? element[attribute] : value).replace(/"/g, '&quot;') + '"';
    }
    put(tag + '>');
  };
  const frameOf = element => {
    try {
      return element.contentDocument;
    } catch {
      return null;
    }
  };
  const all = (nodes, framed, depth) => {
    for (const node of nodes) {
      if (cut) return;
      write(node, framed, depth);
    }
  };
  const write = (node, framed, depth) => {
    if (node.nodeType === Node.TEXT_NODE) return put(escaped(node.data));
    if (node.nodeType !== Node.ELEMENT_NODE || depth > 400) return;
    const name = node.localName;
    if (name === 'script') {
      const data = /^application\\/ld\\+json/i.test(node.type) && !/<\\/script/i.test(node.textContent);
      if (data) put('<script type="application/ld+json">' + node.textContent + '</script>');
      return;
    }
    if (without.has(name) || (framed && (name === 'head' || name === 'base'))) return;
    if (name === 'iframe' || name === 'frame') {
      const inner = frameOf(node);
      if (!inner?.body) return;
      put('<div>');
      all(inner.body.childNodes, true, depth + 1);
      return put('</div>');
    }
    if (name === 'slot') {
      const assigned = node.assignedNodes({ flatten: true });
      return all(assigned.length > 0 ? assigned : node.childNodes, framed, depth + 1);
    }
    const written = nameOf(node, name);
    if (!/^[a-z][\\w:.-]*$/i.test(written)) return all(node.childNodes, framed, depth + 1);
    open(node, written, framed);
    if (empty.has(name)) return;
    all(node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes, framed, depth + 1);
    put('</' + written + '>');
  };
  put('<!doctype html>');
  if (document.documentElement) write(document.documentElement, false, 0);
  return { html: pieces.join(''), title: String(document.title).slice(0, 1000), cut };
})()`;
