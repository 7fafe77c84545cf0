import { afterAll, describe, expect, test } from 'vitest';
import type { DocumentId, ModeName } from '../../functions/platform/ids.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import {
  decideFile,
  type FoundFile,
  forgetFiles,
  getFile,
  listFiles,
  noteFiles,
} from '../../functions/scraper/files/discovered-file-store.ts';
import { emulatedTable } from '../support/emulated.ts';
import { acme, help } from './scraper-world.ts';

const table = await emulatedTable();
afterAll(() => table.stop());
let now = systemClock.now();
const effects = { scraper: table.table, clock: { ...systemClock, now: () => now } };

const file = (name: string, changes: Partial<FoundFile> = {}): FoundFile => ({
  url: `https://example.com/${name}`,
  filename: name,
  fileType: 'PDF document',
  extension: 'pdf',
  linkText: 'Tariff',
  sourcePageUrl: 'https://example.com/',
  sourcePageTitle: 'Start',
  baseDomain: 'example.com',
  detectedVia: 'link',
  ...changes,
});
const note = (mode: ModeName, ...files: FoundFile[]) => noteFiles(acme, mode, files, effects);
const named = async (mode: ModeName) => (await listFiles(acme, { mode }, effects)).map(({ url }) => url);

describe('a discovered file', () => {
  test('is one for its mode and address, found as often as you like, and says what the page says now', async () => {
    const mode = 'one' as ModeName;
    await note(mode, file('a.pdf', { fileSize: 10 }));
    const [first] = await listFiles(acme, { mode }, effects);
    now += 1000;
    await note(mode, file('a.pdf', { linkText: 'New tariff' }), file('b.pdf'));
    const files = await listFiles(acme, { mode }, effects);
    expect(files.map(({ filename }) => filename)).toEqual(['b.pdf', 'a.pdf']);
    expect(files[1]).toEqual({ ...first, linkText: 'New tariff', fileSize: undefined });
    expect(files[1]).toMatchObject({ status: 'discovered', mode });
  });

  test('of another mode is another file', async () => {
    await note('two' as ModeName, file('a.pdf'));
    await note('two-more' as ModeName, file('a.pdf'));
    expect(await named('two' as ModeName)).toHaveLength(1);
    await forgetFiles(acme, 'two' as ModeName, effects);
    expect(await named('two' as ModeName)).toEqual([]);
    expect(await named('two-more' as ModeName)).toHaveLength(1);
  });

  test.each([
    ['blocked', 'blocked'],
    ['added', 'added'],
    ['dismissed', 'discovered'],
  ] as const)('that was %s is %s when it is found again', async (status, then) => {
    await note(help, file(`${status}.pdf`));
    const [{ id } = { id: '' }] = (await listFiles(acme, { mode: help }, effects)).filter(({ url }) =>
      url.endsWith(`${status}.pdf`),
    );
    await decideFile(acme, id, { status, from: ['discovered'] }, effects);
    await note(help, file(`${status}.pdf`));
    expect(await getFile(acme, id, effects)).toMatchObject({ status: then });
  });

  test('is decided once', async () => {
    const mode = 'decided' as ModeName;
    await note(mode, file('a.pdf'));
    const [{ id } = { id: '' }] = await listFiles(acme, { mode, status: 'discovered' }, effects);
    const add = {
      status: 'added',
      from: ['discovered', 'dismissed'],
      documentId: 'd-1' as DocumentId,
    } as const;
    expect(await decideFile(acme, id, add, effects)).toMatchObject({ status: 'added', documentId: 'd-1' });
    expect(await decideFile(acme, id, add, effects)).toBeUndefined();
    expect(await decideFile(acme, 'decided~none', add, effects)).toBeUndefined();
    expect(await listFiles(acme, { mode, status: 'discovered' }, effects)).toEqual([]);
  });
});
