import { escapeHtml } from '../../platform/http/escape-html.ts';
import type { MailMessage } from '../../platform/aws/mail.ts';

/** A few words around one link. */
export interface Letter {
  readonly subject: string;
  readonly before: string;
  readonly link: { readonly words: string; readonly href: string };
  readonly after?: string;
}

/** The letter as text and as HTML. The HTML loads no picture, so nobody learns that it was opened. */
export function written({ subject, before, link, after }: Letter): Omit<MailMessage, 'to'> {
  const paragraphs = [before, `${link.words}:\n${link.href}`, ...(after === undefined ? [] : [after])];
  const paragraph = (words: string) => `<p style="margin:0 0 20px">${escapeHtml(words)}</p>`;
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${escapeHtml(subject)}</title></head>`,
    '<body style="margin:0;background:#f4f4f5;color:#18181b;font:16px/1.5 system-ui,sans-serif">',
    '<div style="max-width:480px;margin:32px auto;padding:32px;background:#ffffff;border-radius:8px">',
    `<p style="margin:0 0 24px;font-weight:600;color:${brand}">Switchboard</p>`,
    paragraph(before),
    `<p style="margin:0 0 20px"><a href="${escapeHtml(link.href)}" style="display:inline-block;padding:12px 20px;`,
    `border-radius:6px;background:${brand};color:#ffffff;text-decoration:none">${escapeHtml(link.words)}</a></p>`,
    `<p style="margin:0 0 20px;font-size:14px;word-break:break-all">${escapeHtml(link.href)}</p>`,
    ...(after === undefined ? [] : [paragraph(after)]),
    '</div></body></html>',
  ].join('');
  return { subject, text: `${paragraphs.join('\n\n')}\n`, html };
}

/**
 * The accent colour of the pages (`web/shared/tokens.css`). White text on it has the contrast that WCAG AA asks for.
 */
const brand = '#0b6b55';
