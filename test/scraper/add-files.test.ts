import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { harmlessName, listFileDocuments } from '../../functions/knowledge/index.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import {
  fileId,
  forgetFiles,
  getFile,
  listFiles,
  noteFiles,
} from '../../functions/scraper/files/discovered-file-store.ts';
import { downloadLimits } from '../../functions/scraper/files/download-limits.ts';
import { addDiscovered, blockFiles } from '../../functions/scraper/files/triage.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import type { Site } from './site-server.ts';

/** Each test has a mode of its own. */
let mode: ModeName;
let tests = 0;
beforeEach(() => {
  mode = `mode-${(tests += 1)}` as ModeName;
});

const pdf = (text: string) => ({
  headers: { 'content-type': 'application/pdf' },
  body: `%PDF-1.7\n${text}\n%%EOF`,
});
const small = { ...downloadLimits, bytes: 20_000, retries: 0 };
const impatient = { ...small, timeouts: { ...downloadLimits.timeouts, total: 800 } };

/** What a crawl would have noted of these files of the site, by path. */
async function discover(...paths: string[]) {
  const files = paths.map(path => ({
    url: `${site.origin}${path}`,
    filename: path.slice(1),
    fileType: 'PDF document',
    extension: path.split('.').at(-1) ?? '',
    linkText: 'A file',
    sourcePageUrl: `${site.origin}/`,
    sourcePageTitle: 'Hall',
    baseDomain: new URL(site.origin).host,
    detectedVia: 'link' as const,
  }));
  await noteFiles(acme, mode, files, world.effects);
}
const file = (path: string) => getFile(acme, fileId(mode, `${site.origin}${path}`), world.effects);
const request = async (tag?: string) =>
  addDiscovered(
    acme,
    mode,
    await listFiles(acme, { mode, status: 'discovered' }, world.effects),
    tag,
    world.effects,
  );
async function add(tag?: string, using = { ...world.effects, downloads: small }) {
  const { documents, job } = await request(tag);
  if (job === undefined) throw new Error('nothing was added');
  await world.run(job, using);
  return { documents, job };
}
const documents = () => listFileDocuments(acme, mode, world.effects);
const blobs = async () =>
  (await world.knowledge.stored())
    .filter(key => key.startsWith(`${acme}/files/`))
    .map(key => key.split('/')[2]);
const settings = { setBlockedFiles: () => Promise.resolve() };

describe('a file that is added', () => {
  test('is stored with its bytes and waits to be parsed', async () => {
    await openSite({ '/prices.pdf': pdf('Prices') });
    await discover('/prices.pdf');
    const { documents: ids, job } = await add('prices');
    const bytes = pdf('Prices').body;
    expect(await documents()).toEqual([
      expect.objectContaining({
        id: ids[0],
        state: 'pending',
        filename: 'prices.pdf',
        mediaType: 'application/pdf',
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        source: 'discovered',
        sourceUrl: `${site.origin}/prices.pdf`,
        tag: 'prices',
      }),
    ]);
    const stored = await world.effects.documents.get(`${acme}/files/${ids[0]}`);
    expect(Buffer.from(stored ?? []).toString()).toBe(bytes);
    expect(await file('/prices.pdf')).toMatchObject({ status: 'added', documentId: ids[0] });
    expect(await world.job(job)).toMatchObject({ status: 'completed', result: { added: 1, failed: 0 } });
  });

  test('twice is one document, until the last that has it is blocked', async () => {
    await openSite({ '/a.pdf': pdf('The same'), '/b.pdf': pdf('The same') });
    await discover('/a.pdf', '/b.pdf');
    await add();
    const [document] = await documents();
    expect(document?.claims).toHaveLength(2);
    const [one, other] = await listFiles(acme, { mode, status: 'added' }, world.effects);
    if (!one || !other || !document) throw new Error('two files are added');
    await blockFiles(acme, mode, [one], 'somebody', settings, world.effects);
    await expect
      .poll(async () => (await documents())[0]?.claims, { timeout: 10_000 })
      .toEqual([other.documentId]);
    expect(await blobs()).toContain(document.id);
    await blockFiles(acme, mode, [other], 'somebody', settings, world.effects);
    await expect.poll(documents, { timeout: 10_000 }).toEqual([]);
    await expect.poll(blobs, { timeout: 10_000 }).not.toContain(document.id);
  });

  test('changes nothing when its message comes again', async () => {
    await openSite({ '/again.pdf': pdf('Again') });
    await discover('/again.pdf');
    const { job } = await add();
    const before = await documents();
    await world.run(job);
    expect(await documents()).toEqual(before);
    expect(site.asked('/again.pdf')).toHaveLength(1);
  });

  test('is added though the request died after it had queued the job', async () => {
    await openSite({ '/late.pdf': pdf('Late') });
    await discover('/late.pdf');
    const { documents: ids, job } = await request();
    if (!job) throw new Error('nothing was added');
    await forgetFiles(acme, mode, world.effects);
    await discover('/late.pdf');
    await world.run(job);
    expect((await documents()).map(({ id }) => id)).toEqual(ids);
  });

  test('is taken as far as it says where it is longer, and the next file is whole', async () => {
    const { headers, body } = pdf('Two pages');
    await openSite({
      '/long.pdf': { headers: { ...headers, 'content-length': '12' }, body },
      '/next.pdf': pdf('Next'),
    });
    await discover('/long.pdf', '/next.pdf');
    const { job } = await add();
    expect(await world.job(job)).toMatchObject({ status: 'completed' });
    const sizes = Object.fromEntries((await documents()).map(({ filename, size }) => [filename, size]));
    // What is beyond the length is no part of the answer: RFC 9112, section 6.3.
    expect(sizes).toEqual({ 'long.pdf': 12, 'next.pdf': pdf('Next').body.length });
  });

  test('leaves no document when it is blocked while it is downloaded', async () => {
    await openSite({});
    site.pages['/blocked.pdf'] = (_, response) => {
      void (async () => {
        const known = await file('/blocked.pdf');
        if (known) await blockFiles(acme, mode, [known], 'somebody', settings, world.effects);
        response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.7 blocked');
      })();
    };
    await discover('/blocked.pdf');
    const { documents: ids } = await add();
    await expect.poll(documents, { timeout: 10_000 }).toEqual([]);
    await expect.poll(blobs, { timeout: 10_000 }).not.toContain(ids[0]);
    expect(await file('/blocked.pdf')).toMatchObject({ status: 'blocked' });
  });
});

describe('a file that can not be added', () => {
  const drip: Site['pages'][string] = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/pdf' });
    response.write('%PDF-1.7');
    const timer = setInterval(() => response.write('.'), 50);
    response.once('close', () => clearInterval(timer));
  };
  const endless: Site['pages'][string] = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/pdf' });
    const more = () =>
      void (response.destroyed || (response.write(`%PDF-${'x'.repeat(8000)}`), setImmediate(more)));
    more();
  };
  test.each([
    [
      'redirects to a private address',
      { status: 302, headers: { location: 'http://169.254.169.254/' } },
      /private|refuse|public|address/i,
    ],
    ['is larger than the cap', pdf('x'.repeat(30_000)), /larger than/],
    ['says no length and never ends', endless, /larger than/],
    ['is a page', { body: '<!doctype html><html><body>Sign in</body></html>' }, /text\/html, not a PDF/],
    [
      'is a page and says that it is a PDF',
      { ...pdf(''), body: '<!doctype html><title>No</title>' },
      /text\/html/,
    ],
    ['is an archive', { ...pdf(''), body: 'PK\x03\x04' }, /not those of a PDF/],
    ['is empty', { ...pdf(''), body: '' }, /empty|not/],
    ['is gone', { status: 404 }, /HTTP 404/],
  ] as const)('since it %s is discovered again, with the reason', (_, answer, reason) =>
    isRefused(answer, reason, small),
  );

  test.each([
    ['drips on and on', drip],
    ['is shorter than it says', { ...pdf(''), headers: { ...pdf('').headers, 'content-length': '900' } }],
  ] as const)('since it %s is discovered again when its time is over', (_, answer) =>
    isRefused(answer, /too long/, impatient),
  );

  async function isRefused(answer: Site['pages'][string], reason: RegExp, downloads: typeof downloadLimits) {
    await openSite({ '/bad.pdf': answer });
    await discover('/bad.pdf');
    const { job } = await add(undefined, { ...world.effects, downloads });
    const known = await file('/bad.pdf');
    expect(known?.status).toBe('discovered');
    expect(known?.error).toMatch(reason);
    expect(await documents()).toEqual([]);
    expect(await world.job(job)).toMatchObject({ status: 'completed', result: { added: 0, failed: 1 } });
  }

  test('can be tried again', async () => {
    await openSite({ '/later.pdf': { status: 404 } });
    await discover('/later.pdf');
    await add();
    site.pages['/later.pdf'] = pdf('Later');
    const { documents: ids } = await add(undefined, { ...world.effects, downloads: downloadLimits });
    expect((await documents()).map(({ id }) => id)).toEqual(ids);
    expect((await file('/later.pdf'))?.error).toBeUndefined();
  });
});

test.each([
  ['../../etc/passwd.pdf', 'etc_passwd.pdf'],
  ['a"b\'c\r\n.pdf', 'a_b_c_.pdf'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['..', 'file'],
  ['Preisliste März.pdf', 'Preisliste März.pdf'],
])('the name %j becomes %j', (name, harmless) => {
  expect(harmlessName(name)).toBe(harmless);
});
