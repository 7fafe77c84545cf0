import { describe, expect, test } from 'vitest';
import { pageKey } from '../../functions/scraper/fetch/address.ts';
import { readCoverage } from '../../functions/scraper/crawl/coverage-store.ts';
import { listFiles } from '../../functions/scraper/files/discovered-file-store.ts';
import { putBlocked } from '../../functions/scraper/pages/blocked-page-store.ts';
import { learned, openSite, site, world } from './scraper-subject.ts';
import { acme, help } from './scraper-world.ts';
import { page, plain, versioned } from './site-server.ts';

const canonical = (path: string) => `<link rel="canonical" href="${path}">`;
const filesOf = async () =>
  (await listFiles(acme, { mode: help }, world.effects)).filter(({ sourcePageUrl }) =>
    sourcePageUrl.startsWith(site.origin),
  );
const coverageOf = async (job: Awaited<ReturnType<typeof world.learn>>) =>
  (await readCoverage(acme, job.id, world.effects))[0]?.report;

describe('what an address serves decides what it is', () => {
  test('pages that are called like files are learned, and files that are called like pages are listed', async () => {
    await openSite({
      '/': page('Club', 'A club for code.', ['/guide/node.js', '/files/package.json', '/terms', '/old.pdf']),
      '/guide/node.js': page('Node evening', 'The Node evening is on 12 May.'),
      '/files/package.json': page('Package talk', 'The package talk is on 19 May.'),
      '/old.pdf': page('Moved', 'The tariff has moved to the office.'),
      '/terms': {
        headers: {
          'content-type': 'text/html',
          'content-length': '14',
          'content-disposition': 'attachment; filename="Terms 2026.pdf"',
        },
        body: '%PDF-1.7 terms',
      },
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 4 });
    expect(await learned('When is the Node evening?')).toContain('/guide/node.js');
    expect(await filesOf()).toMatchObject([
      {
        url: `${site.origin}/terms`,
        filename: 'Terms 2026.pdf',
        extension: 'pdf',
        fileSize: 14,
        linkText: '/terms',
      },
    ]);
  });

  test('files behind viewers, in embeds and on other hosts are listed with where they were found', async () => {
    await openSite({
      '/': `<!doctype html><title>Mill</title><main><h1>Mill</h1><p>The mill has papers.</p>
        <a href="https://cdn.example/map.pdf">Map (PDF, 1.5 MB)</a>
        <a href="https://docs.google.com/viewer?url=https%3A%2F%2Fcdn.example%2Fplan.docx">Plan</a>
        <iframe src="/pdfjs/web/viewer.html?file=%2Fpapers%2Frules.pdf"></iframe>
        <object data="/papers/list.xlsx"></object></main>`,
      '*': { status: 404 },
    });
    await world.learn(`${site.origin}/`);
    const files = await filesOf();
    const named = (name: string) => files.find(({ filename }) => filename === name);
    expect(files).toHaveLength(4);
    expect(named('map.pdf')).toMatchObject({
      fileSize: 1572864,
      linkText: 'Map (PDF, 1.5 MB)',
      detectedVia: 'link',
    });
    expect(named('plan.docx')).toMatchObject({ detectedVia: 'viewer', sourcePageTitle: 'Mill' });
    expect(named('rules.pdf')).toMatchObject({
      url: `${site.origin}/papers/rules.pdf`,
      detectedVia: 'iframe',
      viewerUrl: `${site.origin}/pdfjs/web/viewer.html?file=%2Fpapers%2Frules.pdf`,
    });
    expect(named('list.xlsx')).toMatchObject({ fileType: 'Excel spreadsheet', detectedVia: 'object' });
  });
});

describe('a canonical address', () => {
  test('is believed where that page says what this one says', async () => {
    const text = 'The tower of the mill is open on Sundays at noon.';
    await openSite({
      '/': page('Mill', 'A mill with a tower.', ['/tower?print=1', '/tower']),
      '/tower': page('Tower', `${text} Bring good shoes.`),
      '/tower?print=1': page('Tower', text, [], canonical('/tower')),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 2 });
  });

  test('is not believed in a circle, for a page that is gone, or for another page of a list', async () => {
    const room = (name: string, seats: number, head: string) =>
      page(
        `Room ${name}`,
        `Room ${name} has ${seats} seats. Ask the desk for the key of the room.`,
        [],
        head,
      );
    await openSite({
      '/': page('Hall', 'A hall with rooms.', ['/a', '/b', '/c', '/list']),
      '/a': room('A', 12, canonical('/b')),
      '/b': room('B', 30, canonical('/a')),
      '/c': room('C', 44, canonical('/gone')),
      '/list': page('Stalls', 'Stall one sells cheese.', ['/list?page=2']),
      '/list?page=2': page('Stalls', 'Stall two sells candles.', [], canonical('/list')),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 6 });
    // A second crawl, which knows what the first has compared, comes to the same.
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 6, added: 0 });
  });
});

describe('pages are found', () => {
  test('in a sitemap that is called a web page, in frames, and on further pages of a list however many', async () => {
    await openSite({
      '/robots.txt': plain('Sitemap: /map'),
      '/map': { body: '\ufeff<urlset><url><loc><![CDATA[ /orphan ]]></loc></url></urlset>' },
      '/orphan': page('Orphan', 'Nobody links to the orphan.', ['/list']),
      '/': '<frameset><frame src="/menu"></frameset>',
      '/menu': page('Menu', 'The menu of the old site.'),
      '*': request => {
        const number = Number(/page=(\d+)/.exec(request.url ?? '')?.[1] ?? 1);
        return (request.url ?? '').startsWith('/list') && number <= 8
          ? page(`List ${number}`, `What happened in week ${number}.`, [`/list?page=${number + 1}`])
          : { status: 404 };
      },
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 2 + 8 });
  });
});

describe('the report of a crawl', () => {
  test('says what the sitemap names, what was learned, and why the rest was not', async () => {
    await openSite({
      '/robots.txt': plain('User-agent: *\nDisallow: /staff'),
      '/sitemap.xml': plain(
        '<urlset><url><loc>/a</loc></url><url><loc>/staff</loc></url><url><loc>https://other.example/</loc></url></urlset>',
      ),
      '/': page('Club', 'The club has members.', ['/a', '/secret', '/gone', '/copy', '/scan.pdf']),
      '/a': page('A', 'Members meet on Mondays.'),
      '/copy': page('A', 'Members meet on Mondays.'),
      '/secret': { headers: { 'x-robots-tag': 'noindex' }, body: page('S', 'A secret of the club.') },
      '/scan.pdf': { headers: { 'content-type': 'application/pdf' }, body: '%PDF-' },
    });
    const report = await coverageOf(await world.learn(`${site.origin}/`));
    expect(report).toMatchObject({
      learned: 2,
      sitemap: { named: 2, learned: 1, other_sites: 1 },
      sitemaps: [{ url: `${site.origin}/sitemap.xml`, pages: 3 }],
    });
    expect(
      Object.fromEntries(report?.skipped.map(({ reason, addresses }) => [reason, addresses]) ?? []),
    ).toEqual({
      'robots.txt disallows it': [`${site.origin}/staff`],
      'asks not to be indexed': [`${site.origin}/secret`],
      'HTTP 404': [`${site.origin}/gone`],
      'another address has the same page': [`${site.origin}/copy`],
      'a file, and no page; see the discovered files': [`${site.origin}/scan.pdf`],
    });
  });

  test('names pages that the owner has blocked, which are not asked for', async () => {
    await openSite({
      '/': page('Club', 'The club has a cellar.', ['/cellar']),
      '/cellar': page('Cellar', 'The wine is in the cellar.'),
    });
    const url = `${site.origin}/cellar`;
    await putBlocked(acme, help, [{ key: pageKey(new URL(url)), url, title: '' }], 'a person', world.effects);
    const report = await coverageOf(await world.learn(`${site.origin}/`));
    expect(site.asked('/cellar')).toEqual([]);
    expect(report?.skipped).toMatchObject([{ reason: 'the page is blocked for this mode', count: 1 }]);
  });
});

test('feeds, lists of addresses and files in UTF-16 are sitemaps too, when robots.txt names them', async () => {
  await openSite({
    '/': page('Club', 'A club that links to nothing.'),
    '/robots.txt': plain('Sitemap: /feed\nSitemap: /list.txt\nSitemap: /wide.xml'),
    '/feed': {
      headers: { 'content-type': 'application/rss+xml' },
      body: '<rss version="2.0"><channel><item><link>/news</link></item></channel></rss>',
    },
    '/list.txt': request => plain(`http://${request.headers.host ?? ''}/listed\n`),
    '/wide.xml': {
      headers: { 'content-type': 'application/xml' },
      body: Buffer.from('\ufeff<urlset><url><loc>/wide</loc></url></urlset>', 'utf16le'),
    },
    '/news': page('News', 'The feed tells of a new trumpet.'),
    '/listed': page('Listed', 'The list tells of an old harp.'),
    '/wide': page('Wide', 'The wide file tells of a small flute.'),
  });
  expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 4, complete: true });
});

describe('a page that is known and lies beyond the limits of a crawl', () => {
  test('is asked for by itself: it stays while it is there, and leaves when it is gone', async () => {
    const chain = (last: string[]) => ({
      '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'Sitemap: /map.xml' },
      '/map.xml': {
        headers: { 'content-type': 'application/xml' },
        body: `<urlset>${['/', ...last].map(path => `<url><loc>${path}</loc></url>`).join('')}</urlset>`,
      },
    });
    await openSite({
      ...chain(['/far', '/gone']),
      '/': page('Start', 'The start of the chain.', ['/1']),
      '/1': page('One', 'The first link of the chain.', ['/2']),
      '/2': page('Two', 'The second link of the chain.', ['/3']),
      '/3': page('Three', 'The third link of the chain.', ['/far', '/gone', '/new']),
      '/far': versioned(page('Far', 'The far cellar has a lute.'), '"far"'),
      '/gone': page('Gone', 'The gone cellar has a viola.'),
      '/new': page('New', 'The new cellar has a zither.'),
    });
    await world.learn(`${site.origin}/`);
    Object.assign(site.pages, chain([]), { '/gone': { status: 404, body: 'no such page' } });
    const before = site.requests.length;
    const job = await world.learn(`${site.origin}/`);
    expect(job.result).toMatchObject({ pages: 5, removed: 1, complete: false });
    expect(site.requests.slice(before).filter(({ path }) => path === '/new')).toEqual([]);
    expect(await learned('Which cellar has a lute?')).toContain('/far');
    expect(await learned('Which cellar has a viola?')).not.toContain('/gone');
  });
});
