import { type HtmlLink, type HtmlPage, type HtmlReference, withoutInvisible } from './html.ts';

/** A page with more links than this is a trap or a dump of data; the rest are ignored. */
const maxLinks = 2_000;
const maxRobotsMeta = 20;
/** In characters. */
const longestLinkText = 200;
/** `ugc` and `sponsored` say of a link that it is not the site's own: robots treat them as `nofollow`. */
const notFollowed = ['nofollow', 'ugc', 'sponsored'];

type Facts = Pick<HtmlPage, 'lang' | 'base' | 'canonical' | 'meta' | 'robotsMeta' | 'links' | 'references'>;

/** Gathers what the tags of a page say of the page itself and of others, while they are parsed. */
export class PageFacts {
  private lang: string | undefined;
  private base: string | undefined;
  private canonical: string | undefined;
  private readonly meta = new Map<string, string>();
  private readonly robotsMeta: { name: string; content: string }[] = [];
  private readonly links: HtmlLink[] = [];
  private readonly references: HtmlReference[] = [];
  private link: { text: string } | undefined;

  get found(): Facts {
    const { lang, base, canonical, meta, robotsMeta, links, references } = this;
    return { lang, base, canonical, meta, robotsMeta, links, references };
  }

  open(tag: string, attributes: Readonly<Record<string, string>>): void {
    const { href } = attributes;
    if (tag === 'html') this.lang ??= attributes['lang'] ?? attributes['xml:lang'];
    else if (tag === 'base') this.base ??= href;
    else if (tag === 'meta') this.openMeta(attributes);
    else if (tag === 'a' || tag === 'area') this.openLink(tag, attributes);
    else if (tag === 'img' && this.link?.text.trim() === '') this.link.text = attributes['alt'] ?? '';
    else if (isReferring(tag)) this.refer(tag, attributes);
  }

  text(text: string): void {
    if (this.link && this.link.text.length < longestLinkText) this.link.text += text;
  }

  close(tag: string): void {
    if (tag === 'a') this.link = undefined;
  }

  private openMeta(attributes: Readonly<Record<string, string>>): void {
    const { name, property, content } = attributes;
    const key = (name ?? property ?? attributes['http-equiv'] ?? '').toLowerCase();
    if (key === '' || content === undefined) return;
    if (!this.meta.has(key)) this.meta.set(key, withoutInvisible(content).trim());
    if (name !== undefined && isForRobots.test(key) && this.robotsMeta.length < maxRobotsMeta)
      this.robotsMeta.push({ name: key, content });
  }

  private openLink(tag: 'a' | 'area', attributes: Readonly<Record<string, string>>): void {
    const { href, alt = '' } = attributes;
    if (!href || this.links.length >= maxLinks) return;
    const rel = relOf(attributes);
    const nofollow = notFollowed.some(word => rel.includes(word));
    const link = { href, nofollow, text: tag === 'area' ? alt : '', rel };
    this.links.push(link);
    if (tag === 'a') this.link = link;
  }

  private refer(tag: HtmlReference['tag'], attributes: Readonly<Record<string, string>>): void {
    const rel = relOf(attributes);
    const address = attributes[tag === 'link' ? 'href' : tag === 'object' ? 'data' : 'src'];
    if (!address) return;
    if (tag === 'link' && rel.includes('canonical')) this.canonical ??= address;
    if (this.references.length >= maxLinks) return;
    const type = (attributes['type'] ?? '').trim().toLowerCase();
    this.references.push({ tag, address, rel, type });
  }
}

/** The names under which pages speak to robots: to all, or to one. */
const isForRobots = /^(?:robots|[\w-]*bot|switchboard)$/;

const isReferring = (tag: string): tag is HtmlReference['tag'] =>
  tag === 'frame' || tag === 'iframe' || tag === 'embed' || tag === 'object' || tag === 'link';

const relOf = (attributes: Readonly<Record<string, string>>): string[] =>
  (attributes['rel'] ?? '').toLowerCase().split(/\s+/);
