import type { Source } from '../../assistant/index.ts';
import { escapeHtml } from '../../platform/http/escape-html.ts';

/**
 * The text without the characters that change its direction. With them, the address beside a link could look like
 * another one.
 */
export const withoutDirectionMarks = (text: string): string =>
  text.replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, '');

/** The address as a browser would open it. Undefined when its scheme is not http or https. */
export function webAddress(href: string): string | undefined {
  const url = URL.parse(href);
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/** The HTML of an answer, for a page with the `/ask` form. `rendered` is HTML; the other values are plain text. */
export const answerEntry = (
  rendered: string,
  sources: readonly Source[],
  kept: { readonly conversationId: string; readonly responseId: string },
): string =>
  [
    entry('bubble markdown', rendered + sourceList(sources)),
    hidden('conversation_id', kept.conversationId),
    hidden('response_id', kept.responseId),
  ].join('\n');

/** The HTML that says why there is no answer. `warning`: the person can do something about it; `error`: only we can. */
export const noticeEntry = (kind: 'warning' | 'error', text: string): string =>
  entry(`bubble markdown ${kind}`, `<p role="alert" dir="auto">${escapeHtml(text)}</p>`);

const entry = (classes: string, inner: string): string =>
  `<div class="chat-entry assistant">\n<div class="${classes}">\n${inner.trim()}\n</div>\n</div>`;

const hidden = (id: string, value: string): string =>
  `<input type="hidden" id="${id}" name="${id}" value="${escapeHtml(value)}" hx-swap-oob="true">`;

function sourceList(sources: readonly Source[]): string {
  if (sources.length === 0) return '';
  const items = sources.map(({ n, title, url }) => {
    const href = webAddress(url);
    const name = escapeHtml(withoutDirectionMarks(title || url));
    const label = href
      ? `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer nofollow">${name}</a>`
      : name;
    const address =
      href && href !== title ? ` <span class="address" dir="ltr">${escapeHtml(href)}</span>` : '';
    return `<li value="${n}" dir="auto">${label}${address}</li>`;
  });
  return `\n<ol class="sources">\n${items.join('\n')}\n</ol>`;
}
