import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatEndpoints } from '../../functions/chat/endpoints.ts';
import { edgeCode, mostBodyBytes } from '../../lib/api-at-the-edge.ts';
import { page, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
beforeAll(async () => {
  widget = await startWidget();
});
afterAll(() => widget.chat.stop());

/** What CloudFront answers before API Gateway is asked, or the request as it goes on. */
function atTheEdge(uri: string, length: number) {
  const event = {
    context: { requestId: 'the-request' },
    viewer: { ip: '203.0.113.7' },
    request: { uri, headers: { 'content-length': { value: String(length) } } },
  };
  return runInNewContext(`${edgeCode}; handler(event)`, { event }) as {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, { readonly value: string }>>;
    readonly body: { readonly data: string };
  };
}

const taking = Object.entries(chatEndpoints).filter(
  ([, endpoint]) => 'body' in endpoint || 'form' in endpoint,
);

test.each(taking)(
  '%s answers a body that no function can be given as one that is too large for its door',
  async (_, { auth, method, path }) => {
    const place = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');
    const headers =
      auth === 'widget'
        ? { 'x-api-key': widget.key, Origin: page }
        : { Authorization: `Bearer ${widget.chat.key}` };
    const byDoor = await widget.chat.bare(method.toUpperCase(), place, 'x'.repeat(300_000), headers);
    const { statusCode, headers: sent, body } = atTheEdge(place, mostBodyBytes + 1);
    expect({ status: statusCode, type: sent['content-type']?.value, text: body.data }).toEqual({
      status: byDoor.status,
      type: byDoor.headers.get('content-type')?.toLowerCase(),
      text: await byDoor.text(),
    });
    expect(sent['x-request-id']?.value).toBe('the-request');
    expect(atTheEdge(place, mostBodyBytes)).toHaveProperty('uri', place);
  },
);
