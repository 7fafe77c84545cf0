import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { systemClock } from '../../functions/platform/clock.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import { endpoints, mount } from '../../functions/platform/http/endpoint.ts';
import { createHttpApp } from '../../functions/platform/http/http-app.ts';
import { randomIds } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';

const app = createHttpApp({ clock: systemClock, ids: randomIds, log: silentLog, metrics: silentMetrics });
const shared = { tag: 'test', summary: '', auth: 'none', errors: [], invalid: 'invalid' } as const;
const label = z.object({ label: z.string() });
const door = { operations: { nameThing: 'POST /name', labelThing: 'POST /label' } } as const;
const { nameThing, labelThing } = endpoints(door, {
  nameThing: { ...shared, body: label, reply: label },
  labelThing: { ...shared, form: label, reply: label },
});
mount(app, nameThing, async ({ body }) => body);
mount(app, labelThing, async ({ form }) => form);

type Body = string | Uint8Array<ArrayBuffer> | FormData;
const send = async (path: string, body: Body, type?: string) => {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  const response = await app.request(path, { method: 'POST', body, headers });
  return [response.status, await response.text()] as const;
};
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

test('JSON is read as UTF-8, replacement characters too', async () => {
  const body = '{"label":"José \ufffd"}';
  expect(await send('/name', body, 'application/json')).toEqual([200, body]);
});

test('JSON of bytes that are not UTF-8 is a 400, where other bad input is a 422 too', async () => {
  expect(await send('/name', latin1('{"label":"José"}'), 'application/json')).toEqual([
    400,
    expect.stringContaining('not UTF-8'),
  ]);
  expect((await send('/name', '{', 'application/json'))[0]).toBe(422);
});

describe('a form', () => {
  const form = (body: Body, type?: string) => send('/label', body, type);
  const urlencoded = 'application/x-www-form-urlencoded';

  test('is read as UTF-8, urlencoded or multipart, replacement characters too', async () => {
    const multipart = new FormData();
    multipart.set('label', 'José \ufffd');
    for (const body of [
      await form('label=Jos%C3%A9+%EF%BF%BD', urlencoded),
      await form('label=José+\ufffd', urlencoded),
      await form(multipart),
    ])
      expect(body).toEqual([200, '{"label":"José \ufffd"}']);
  });

  test.each<[string, Uint8Array<ArrayBuffer> | string, string]>([
    ['in another encoding', latin1('label=José'), urlencoded],
    ['with another encoding written out', 'label=Jos%E9', urlencoded],
    [
      'of parts in another encoding',
      Uint8Array.from(
        Buffer.from('--x\r\nContent-Disposition: form-data; name="label"\r\n\r\nJosé\r\n--x--\r\n', 'latin1'),
      ),
      'multipart/form-data; boundary=x',
    ],
  ])('%s is a 400', async (_, body, type) => {
    const [status, text] = await form(body, type);
    expect([status, text]).toEqual([400, expect.stringContaining('not UTF-8')]);
  });
});
