import type { HtmlPage } from './html.ts';
import { type LinkedNode, textAt } from './linked-data.ts';

/** When a page was published and last changed, as ISO 8601 in UTC, as far as the page says it. */
export interface PageDates {
  readonly published?: string;
  readonly modified?: string;
}

const publishedNames = [
  'article:published_time',
  'datepublished',
  'dc.date.issued',
  'dcterms.issued',
  'dcterms.created',
  'dc.date',
  'date',
  'pubdate',
  'publish-date',
];
const modifiedNames = [
  'article:modified_time',
  'og:updated_time',
  'datemodified',
  'dcterms.modified',
  'dc.date.modified',
  'last-modified',
  'revised',
];

/** By `<meta>`, else by JSON-LD, else by a `<time>` that is marked as such. */
export function datesOf({ meta, elements }: HtmlPage, nodes: readonly LinkedNode[]): PageDates {
  const marked = (property: string) =>
    elements.find(({ attributes: { itemprop, datetime } }) => itemprop === property && datetime !== undefined)
      ?.attributes['datetime'];
  const published = first([
    ...publishedNames.map(name => meta.get(name)),
    ...nodes.map(node => textAt(node, 'datePublished')),
    marked('datePublished'),
    elements.find(({ tag, attributes }) => tag === 'time' && 'pubdate' in attributes)?.attributes['datetime'],
  ]);
  const modified = first([
    ...modifiedNames.map(name => meta.get(name)),
    ...nodes.map(node => textAt(node, 'dateModified')),
    marked('dateModified'),
  ]);
  return { ...(published ? { published } : {}), ...(modified ? { modified } : {}) };
}

/** The first that is a date between the beginning of the web and the end of the century. */
function first(texts: readonly (string | undefined)[]): string | undefined {
  for (const text of texts) {
    const time = text === undefined ? Number.NaN : Date.parse(isoWithZone(text.trim()));
    if (time > earliest && time < latest) return new Date(time).toISOString();
  }
  return undefined;
}

const earliest = Date.UTC(1990, 0);
const latest = Date.UTC(2100, 0);

/** A time of day without a zone counts as UTC, so that the place of the machine does not matter. */
const isoWithZone = (text: string): string =>
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?$/.test(text)
    ? `${text.replace(' ', 'T')}Z`
    : text;
