import { describe, expect, it } from 'vitest';
import { attachedLimits as apiLimits } from '../../functions/chat/schema.ts';
import { attach, attachedLimits } from '../../web/widget/panel/attached-files.ts';
import { accessibilityViolations } from '../support/browser.ts';
import { widgetStage } from './widget-stage.ts';

const here = widgetStage();
const text = (name: string, content: string | Uint8Array<ArrayBuffer>) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
});

describe('files', () => {
  it('go with a question, where the mode takes them', async () => {
    here.server.settings = { allowFileUpload: true };
    const { page, open, ask, answered, host, field, problems } = await here.visit();
    await open();
    const chooser = page.waitForEvent('filechooser');
    await host.getByRole('button', { name: 'Attach text files' }).click();
    await (await chooser).setFiles([
      text('notes.txt', 'Berth 12 is free.'),
      text('old.txt', 'Berth 11 was.'),
    ]);
    await host.getByRole('button', { name: 'Remove old.txt' }).click();
    await expect.poll(() => field.evaluate(element => element.matches(':focus'))).toBe(true);
    expect(await accessibilityViolations(page)).toEqual([]);
    await ask('Which berth is free?');
    await answered();
    expect(await host.locator('.message.own').innerText()).toContain('With notes.txt');
    expect(await host.locator('.file').count()).toBe(0);
    await ask('And now?');
    await answered();
    const sent = here.server.calls
      .filter(({ call }) => call.endsWith('/stream'))
      .map(({ body }) => body['files']);
    expect(sent).toEqual([[{ name: 'notes.txt', text: 'Berth 12 is free.' }], undefined]);
    expect(problems).toEqual([]);
  });

  it('that can not be read are refused in words', async () => {
    here.server.settings = { allowFileUpload: true };
    const { page, open, host } = await here.visit();
    await open();
    await host
      .locator('input[type="file"]')
      .setInputFiles([text('photo.txt', Uint8Array.of(0xff, 0xd8, 0xff))]);
    await host.getByText('photo.txt is not a text file.').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it('have no button where the mode takes none', async () => {
    const { open, host } = await here.visit();
    await open();
    expect(await host.getByRole('button', { name: 'Attach text files' }).count()).toBe(0);
  });
});

describe('what goes with a question', () => {
  const file = (name: string, content: string | Uint8Array<ArrayBuffer>) => new File([content], name);
  const names = async (chosen: File[], before: { name: string; text: string }[] = []) => {
    const { files, refusal } = await attach(before, chosen);
    return [files.map(({ name }) => name), refusal];
  };

  it('is no more than the API takes', () => {
    expect(attachedLimits).toEqual(apiLimits);
  });

  it.each<[string, File[], string[], string | undefined]>([
    ['three files', [file('a', 'A'), file('b', 'B'), file('c', 'C')], ['a', 'b', 'c'], undefined],
    [
      'a fourth one',
      [file('a', 'A'), file('b', 'B'), file('c', 'C'), file('d', 'D')],
      ['a', 'b', 'c'],
      'At most 3 files go with a question.',
    ],
    ['the same one again', [file('a', 'A'), file('a', 'B')], ['a'], undefined],
    ['an empty one', [file('a', ' \n')], [], 'a is empty.'],
    ['text of 60,000 characters', [file('a', 'é'.repeat(60_000))], ['a'], undefined],
    [
      'two that are too long together',
      [file('a', 'x'.repeat(40_000)), file('b', 'x'.repeat(20_001))],
      ['a'],
      'b is too long: 60000 characters in all can be read.',
    ],
    [
      'a film',
      [file('a', new Uint8Array(300_000))],
      [],
      'a is too long: 60000 characters in all can be read.',
    ],
    ['a program', [file('a', 'MZ\0\0')], [], 'a is not a text file.'],
  ])('of %s', async (_, chosen, taken, refusal) => {
    expect(await names(chosen)).toEqual([taken, refusal]);
  });
});
