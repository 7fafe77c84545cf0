import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModeName } from '../../functions/platform/ids.ts';
import { fileId, listFiles, noteFiles } from '../../functions/scraper/files/discovered-file-store.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let key: string;
/** Each test has a mode of its own, for which a crawl has found three files. */
let mode: ModeName;
let tests = 0;
beforeAll(async () => {
  world = await startAdmin();
  ({ key } = await world.key(acme));
});
afterAll(() => world.stop());
beforeEach(async () => {
  mode = `files-${(tests += 1)}` as ModeName;
  await call('POST', '/admin/modes', { name: mode, tags: ['prices'] });
  const found = ['plan', 'rates', 'rules'].map(name => ({
    url: urlOf(name),
    filename: `${name}.pdf`,
    fileType: 'PDF document',
    extension: 'pdf',
    linkText: `The ${name}`,
    sourcePageUrl: 'https://museum.example/',
    sourcePageTitle: 'Museum',
    baseDomain: 'museum.example',
    detectedVia: 'link' as const,
  }));
  await noteFiles(acme, mode, found, world.effects);
});

const call = (method: string, path: string, body?: unknown, as = key) =>
  world.call(method, path, { as, body });
const urlOf = (name: string) => `https://museum.example/${name}.pdf`;
const idOf = (name: string, of = mode) => fileId(of, urlOf(name));
const post = (what: string, body: object, of: string = mode) =>
  call('POST', `/admin/scrape/${what}/${of}`, body);
const waiting = async (): Promise<string[]> => {
  const { body } = await call('GET', `/admin/scrape/discovered-files/${mode}`);
  expect(body.total).toBe(body.files.length);
  return body.files.map((file: { filename: string }) => file.filename).toSorted();
};
const statusOf = async (name: string) =>
  (await listFiles(acme, { mode }, world.effects)).find(({ url }) => url === urlOf(name))?.status;
const blockedUrls = async () => (await call('GET', `/admin/modes/${mode}`)).body.blocked_file_urls;

describe('the files that crawls have found', () => {
  it('are listed with what is known of them', async () => {
    const { body } = await call('GET', `/admin/scrape/discovered-files/${mode}`);
    expect(body.files).toContainEqual({
      _id: idOf('plan'),
      file_url: urlOf('plan'),
      filename: 'plan.pdf',
      file_type: 'PDF document',
      file_extension: 'pdf',
      link_text: 'The plan',
      file_size: null,
      source_page_url: 'https://museum.example/',
      source_page_title: 'Museum',
      base_domain: 'museum.example',
      discovered_at: new Date(world.effects.clock.now()).toISOString(),
      status: 'discovered',
      detected_via: 'link',
      is_embedded: false,
      viewer_url: null,
      error: null,
    });
  });

  it('are added, each with the id of its document, by a job', async () => {
    const { status, body } = await post('add-file', { file_id: idOf('plan'), tag: 'prices' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        message: `adding plan.pdf to the mode "${mode}"`,
        document_id: expect.stringMatching(/^file-/),
        openai_file_id: null,
      },
    });
    expect(await waiting()).toEqual(['rates.pdf', 'rules.pdf']);
    const { jobs } = (await call('GET', `/admin/scrape/active-jobs/${mode}`)).body;
    expect(jobs).toEqual([expect.objectContaining({ job_type: 'add_files', domain: 'museum.example' })]);
    // A second time it is added already.
    expect((await post('add-file', { file_id: idOf('plan') })).status).toBe(400);
  });

  it('are added several at a time, by one job, without those that are decided', async () => {
    await post('block-file', { file_id: idOf('rules') });
    const file_ids = [idOf('plan'), idOf('rates'), idOf('rules'), idOf('plan')];
    const { body } = await post('add-files', { file_ids });
    expect(body).toMatchObject({ success: true, count: 2, job_id: expect.any(String) });
    expect(body.document_ids).toHaveLength(2);
    expect((await post('add-files', { file_ids })).body).toMatchObject({ count: 0, job_id: null });
  });

  it('are listed again when the job that adds them is stopped', async () => {
    const { job_id } = (await post('add-files', { file_ids: [idOf('plan')] })).body;
    await call('DELETE', `/admin/scrape/job/${job_id}`);
    expect(await waiting()).toContain('plan.pdf');
  });

  it('are dismissed, singly and several at a time', async () => {
    const one = await call('DELETE', `/admin/scrape/discovered-file/${idOf('plan')}`);
    expect(one.body).toEqual({ success: true, message: 'dismissed plan.pdf' });
    const file_ids = [idOf('rates'), idOf('rules')];
    expect((await post('dismiss-files', { file_ids })).body).toEqual({ success: true, count: 2 });
    expect(await waiting()).toEqual([]);
    await post('block-file', { file_id: idOf('rules') });
    expect((await call('DELETE', `/admin/scrape/discovered-file/${idOf('rules')}`)).status).toBe(400);
  });

  it('are blocked, singly and several at a time, and stand in the settings of the mode', async () => {
    const one = await post('block-file', { file_id: idOf('plan') });
    expect(one.body).toEqual({ success: true, message: 'blocked plan.pdf' });
    const file_ids = [idOf('rates'), idOf('rules')];
    expect((await post('block-files', { file_ids })).body).toEqual({ success: true, count: 2 });
    expect(await waiting()).toEqual([]);
    expect((await blockedUrls()).toSorted()).toEqual(['plan', 'rates', 'rules'].map(urlOf));
  });
});

describe('the addresses of files in the settings of a mode', () => {
  const settings = (urls: string[]) => call('PUT', `/admin/modes/${mode}`, { blocked_file_urls: urls });

  it('block files that are known, and such as no crawl has found yet', async () => {
    const unknown = 'https://museum.example/new.pdf';
    expect((await settings([urlOf('plan'), unknown])).status).toBe(200);
    expect(await waiting()).toEqual(['rates.pdf', 'rules.pdf']);
    expect(await statusOf('plan')).toBe('blocked');
    expect(await statusOf('new')).toBe('blocked');
    expect((await blockedUrls()).toSorted()).toEqual([unknown, urlOf('plan')].toSorted());
  });

  it('unblock what they no longer name: a known file is listed again, another is forgotten', async () => {
    await settings([urlOf('plan'), urlOf('rates'), 'https://museum.example/new.pdf']);
    await settings([urlOf('rates')]);
    expect(await waiting()).toEqual(['plan.pdf', 'rules.pdf']);
    expect(await statusOf('rates')).toBe('blocked');
    expect(await statusOf('new')).toBeUndefined();
  });

  it('take the document of an added file out', async () => {
    const { document_id } = (await post('add-file', { file_id: idOf('plan') })).body;
    await settings([urlOf('plan')]);
    expect(await statusOf('plan')).toBe('blocked');
    const told = JSON.stringify(await world.toIndex());
    expect(told).toContain(document_id);
  });
});

describe('refused is', () => {
  it.each([
    ['add-file', {}],
    ['add-file', { file_id: 7 }],
    ['add-file', { file_id: 'none' }],
    ['add-file', { file_id: `${'x'.repeat(65)}~${'0'.repeat(32)}` }],
    ['add-files', { file_ids: [] }],
    ['block-file', { file_id: 'none' }],
    ['block-files', { file_ids: 'none' }],
    ['dismiss-files', { file_ids: ['none'] }],
  ])('%s with %j', async (what, body) => {
    const reply = await post(what, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
    expect(reply.body.error.message).not.toContain('pattern');
  });

  it('a tag that the mode does not have', async () => {
    expect((await post('add-file', { file_id: idOf('plan'), tag: 'rooms' })).status).toBe(400);
    expect((await post('add-files', { file_ids: [idOf('plan')], tag: 'rooms' })).status).toBe(400);
    expect(await waiting()).toContain('plan.pdf');
  });

  it('a file that is unknown, or of another mode, or of another workspace', async () => {
    const unknown = { file_id: `${mode}~${'0'.repeat(32)}` };
    const other = `${mode}-other`;
    await call('POST', '/admin/modes', { name: other });
    for (const what of ['add-file', 'block-file']) {
      expect((await post(what, unknown)).status).toBe(404);
      expect((await post(what, { file_id: idOf('plan') }, other)).status).toBe(403);
    }
    for (const what of ['add-files', 'block-files', 'dismiss-files'])
      expect((await post(what, { file_ids: [idOf('plan')] }, other)).status).toBe(404);
    const foreign = (await world.key(globex)).key;
    const dismiss = `/admin/scrape/discovered-file/${idOf('plan')}`;
    expect((await call('DELETE', dismiss, undefined, foreign)).status).toBe(404);
    expect(await waiting()).toEqual(['plan.pdf', 'rates.pdf', 'rules.pdf']);
  });
});
