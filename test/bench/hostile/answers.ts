import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { type Answers, at, document, type HostileKind, sense } from './kinds.ts';

const MB = 1024 * 1024;
const coded = (encoding: string, body: Uint8Array): Answers =>
  at({ headers: { 'content-encoding': encoding }, body });
const quickBrotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Answers that promise to become more than they are, or are not what they say. */
function codings(bomb: Uint8Array): readonly HostileKind[] {
  return [
    { name: 'gzip bomb', answers: coded('gzip', gzipSync(bomb)) },
    { name: 'gzip bomb in gzip', answers: coded('gzip, gzip', gzipSync(gzipSync(bomb))) },
    { name: 'gzip ten times', answers: coded(Array(10).fill('gzip').join(), gzipSync('x')) },
    { name: 'brotli bomb', answers: coded('br', brotliCompressSync(bomb, quickBrotli)) },
    { name: 'deflate bomb', answers: coded('deflate', deflateSync(bomb)) },
    { name: 'zstd bomb', answers: coded('zstd', zstdCompressSync(bomb)) },
    { name: 'gzip bomb that nobody names', answers: at({ body: gzipSync(bomb) }) },
    { name: 'gzip that is cut off', answers: coded('gzip', gzipSync(randomBytes(9_000)).subarray(0, 5_000)) },
    { name: 'gzip that is none', answers: coded('gzip', randomBytes(5_000)) },
  ];
}

/** Writes the status line and headers by hand, and what follows as it is. */
const raw = (head: string, then?: (response: ServerResponse) => void): Answers =>
  at((_, response) => {
    response.socket?.write(head);
    if (then) then(response);
    else response.socket?.end();
  });

/** Goes on until the socket closes. */
function forEver(response: ServerResponse, everyMs: number, write: () => void): void {
  const timer = setInterval(write, everyMs);
  response.socket?.once('close', () => clearInterval(timer));
}

const drip = (head: string, piece: string, everyMs: number): Answers =>
  raw(head, response => forEver(response, everyMs, () => response.socket?.write(piece)));

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n';

const connections: readonly HostileKind[] = [
  { name: 'one byte a second', answers: drip(`${ok}\r\n`, 'a', 1_000), slow: true },
  { name: 'headers, one byte a second', answers: drip('HTTP/1.1 200 OK\r\nx: ', 'a', 1_000), slow: true },
  { name: 'headers without end', answers: drip('HTTP/1.1 200 OK\r\n', `x: ${'a'.repeat(900)}\r\n`, 1) },
  { name: 'no answer', answers: at(() => undefined), slow: true },
  { name: 'a body without end', answers: drip(`${ok}\r\n<p>`, 'a'.repeat(65_536), 1) },
  {
    name: 'a body of chunks of one byte',
    answers: drip(`${ok}transfer-encoding: chunked\r\n\r\n`, '1\r\na\r\n', 5),
    slow: true,
  },
  {
    name: 'a body that is shorter than it says',
    answers: raw(`${ok}content-length: 90000\r\n\r\n<p>${sense}`),
    slow: true,
  },
  { name: 'a body that is longer than it says', answers: raw(`${ok}content-length: 90\r\n\r\n<p>${sense}`) },
  {
    name: 'a body that says it has 9 EB',
    answers: raw(`${ok}content-length: 9223372036854775807\r\n\r\n<p>${sense}`),
  },
  { name: 'two lengths', answers: raw(`${ok}content-length: 9\r\ncontent-length: 90\r\n\r\n<p>${sense}`) },
  { name: 'a negative length', answers: raw(`${ok}content-length: -9\r\n\r\n<p>${sense}`) },
  { name: 'broken chunks', answers: raw(`${ok}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n`) },
  { name: 'a chunk of 9 EB', answers: raw(`${ok}transfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\nabc`) },
  { name: 'no HTTP', answers: raw('SSH-2.0-OpenSSH_9.9\r\n') },
  { name: 'the connection is cut', answers: raw('') },
  { name: 'status 999', answers: raw('HTTP/1.1 999 Denied\r\ncontent-length: 0\r\n\r\n') },
];

const to = (location: string): Answers => at({ status: 302, headers: { location } });
const redirects: readonly HostileKind[] = [
  {
    name: 'redirects without end',
    answers: {
      ...to('/next/0'),
      '*': request => ({ status: 302, headers: { location: `${request.url}0` } }),
    },
  },
  { name: 'a redirect to itself', answers: to('/hostile') },
  {
    name: 'a redirect in a circle',
    answers: { ...to('/round'), '/round': { status: 302, headers: { location: '/hostile' } } },
  },
  { name: 'a redirect to metadata', answers: to('http://169.254.169.254/latest/meta-data/') },
  { name: 'a redirect to a private address', answers: to('http://[::ffff:10.0.0.1]/') },
  { name: 'a redirect to a file', answers: to('file:///etc/passwd') },
  { name: 'a redirect to data', answers: to(`data:text/html,<p>${encodeURIComponent(sense)}`) },
  { name: 'a redirect to a mail port', answers: to('http://127.0.0.1:25/') },
  { name: 'a redirect of 10 KB', answers: to(`/${'a'.repeat(10_000)}`) },
  {
    name: 'a refresh in a circle',
    answers: at(document(`<p>${sense}`, '<meta http-equiv="refresh" content="0;url=/hostile?">')),
  },
];

const long = { headers: { 'content-type': 'text/plain' } };
const entities = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "${'ha'.repeat(50)}">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n} "${`&a${n === 0 ? '' : n - 1};`.repeat(10)}">`).join('')}]>`;
const xml = (body: string | Uint8Array) => ({ headers: { 'content-type': 'application/xml' }, body });
const site = (path: string, answer: Answers[string], more: Answers = {}): Answers => ({
  ...at(document(`<p>${sense}`)),
  [path]: answer,
  ...more,
});
const index = (loc: string) =>
  xml(
    `<sitemapindex><sitemap><loc>${loc}</loc></sitemap><sitemap><loc>${loc}1</loc></sitemap></sitemapindex>`,
  );

/** What is said of the whole site. */
const ofSites = (bomb: Uint8Array): readonly HostileKind[] => [
  {
    name: 'a sitemap of entities in entities',
    answers: site('/sitemap.xml', xml(`${entities}<urlset><url><loc>/&a8;</loc></url></urlset>`)),
  },
  {
    name: 'a sitemap that names a file',
    answers: site(
      '/sitemap.xml',
      xml(
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>/&x;</loc></url></urlset>',
      ),
    ),
  },
  {
    name: 'sitemaps of sitemaps without end',
    answers: site('/sitemap.xml', index('/maps/0'), {
      '*': ({ url = '' }) => (url.startsWith('/maps') ? index(`${url}0`) : { status: 404 }),
    }),
  },
  { name: 'a sitemap of itself', answers: site('/sitemap.xml', index('/sitemap.xml')) },
  { name: 'a sitemap as a gzip bomb', answers: site('/sitemap.xml', xml(gzipSync(bomb))) },
  {
    name: 'a sitemap of half a million pages',
    answers: site(
      '/sitemap.xml',
      xml(
        `<urlset>${Array.from({ length: 500_000 }, (_, n) => `<url><loc>/none/${n}</loc></url>`).join('')}</urlset>`,
      ),
      { '*': { status: 404 } },
    ),
  },
  {
    name: 'a sitemap of private addresses',
    answers: site(
      '/sitemap.xml',
      xml('<urlset><url><loc>http://10.0.0.1/</loc></url><url><loc>file:///etc/passwd</loc></url></urlset>'),
    ),
  },
  {
    name: 'robots.txt of 20 MB',
    answers: site('/robots.txt', { ...long, body: 'Disallow: /a*b*c*d$\n'.repeat(MB) }),
  },
  {
    name: 'robots.txt of stars',
    answers: site('/robots.txt', { ...long, body: `User-agent: *\nDisallow: /${'*a'.repeat(2_000)}$\n` }),
  },
  {
    name: 'robots.txt that redirects without end',
    answers: site('/robots.txt', { status: 302, headers: { location: '/robots.txt?' } }),
  },
  {
    name: 'links without end',
    answers: {
      ...at(document(`<p>${sense}</p><a href="/trap/0">Next</a>`)),
      '*': ({ url = '' }) =>
        url.startsWith('/trap')
          ? document(
              `<p>Trap ${url.length} of ${url}</p><a href="${url}0">Next</a><a href="?${url}">Same</a>`,
            )
          : { status: 404 },
    },
  },
  {
    name: 'a hundred thousand links',
    answers: {
      ...at(document(Array.from({ length: 100_000 }, (_, n) => `<a href="/none/${n}">n</a>`).join(''))),
      '*': { status: 404 },
    },
  },
];

/** Of one page. A bomb becomes `bombMb` megabytes. */
export const hostileReplies = (bombMb: number): readonly HostileKind[] => [
  ...codings(Buffer.alloc(bombMb * MB, 32)),
  ...connections,
];

export const hostileAnswers = (bombMb: number): readonly HostileKind[] => [
  ...hostileReplies(bombMb),
  ...redirects,
  ...ofSites(Buffer.alloc(bombMb * MB, 32)),
];
