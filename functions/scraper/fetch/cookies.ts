interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Whether hosts below this one get it too. */
  readonly below: boolean;
  readonly host: string;
  readonly path: string;
  readonly secure: boolean;
}

/** More are a mistake or an attack; the first ones are kept. */
const mostCookies = 20;
const longestHeader = 8_192;

/**
 * The cookies of one chain of redirects (RFC 6265, as far as such a chain needs it). Sites set one and send the visitor
 * to the same address again, to see whether it comes back. They end with the chain: nobody is tracked from one page to
 * the next, and a page looks the same whatever was visited before.
 */
export class Cookies {
  private cookies: Cookie[] = [];

  /** Takes the `Set-Cookie` headers of an answer from that address. */
  take(headers: readonly string[], from: URL, now: number): void {
    for (const header of headers) {
      const cookie = parse(header, from);
      if (!cookie) continue;
      this.cookies = this.cookies.filter(
        ({ name, host, path }) => name !== cookie.name || host !== cookie.host || path !== cookie.path,
      );
      if (!isOver(header, now) && this.cookies.length < mostCookies) this.cookies.push(cookie);
    }
  }

  /** The `Cookie` header for that address. Undefined where none belongs there. */
  headerFor(url: URL): string | undefined {
    const sent = this.cookies.filter(
      ({ host, below, path, secure }) =>
        (url.hostname === host || (below && url.hostname.endsWith(`.${host}`))) &&
        isBelow(url.pathname, path) &&
        (!secure || url.protocol === 'https:'),
    );
    const header = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    return header === '' || header.length > longestHeader ? undefined : header;
  }
}

function parse(header: string, from: URL): Cookie | undefined {
  const [pair = '', ...rest] = header.split(';');
  const equals = pair.indexOf('=');
  const [name, value] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  // A header that carries other characters would end the request.
  if (equals < 1 || !/^[\x21-\x7e]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) return undefined;
  const attributes = new Map(
    rest.map(part => {
      const [key = '', ...words] = part.split('=');
      return [key.trim().toLowerCase(), words.join('=').trim()] as const;
    }),
  );
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  if (domain !== '' && domain !== from.hostname && !from.hostname.endsWith(`.${domain}`)) return undefined;
  const path = attributes.get('path') ?? '';
  return {
    name,
    value,
    below: domain !== '' && domain.includes('.'),
    host: domain.includes('.') ? domain : from.hostname,
    path: path.startsWith('/') ? path : from.pathname.replace(/\/[^/]*$/, '') || '/',
    secure: attributes.has('secure'),
  };
}

function isOver(header: string, now: number): boolean {
  const age = /;\s*max-age\s*=\s*(-?\d+)/i.exec(header)?.[1];
  if (age !== undefined) return Number(age) <= 0;
  const expires = Date.parse(/;\s*expires\s*=\s*([^;]+)/i.exec(header)?.[1] ?? '');
  return expires <= now;
}

const isBelow = (pathname: string, path: string): boolean =>
  pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
