import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { hashAddress } from '../../functions/tenants/index.ts';
import { type Counting, startCounting } from './counting.ts';

let counting: Counting;
beforeAll(async () => {
  counting = await startCounting();
});
afterAll(() => counting.stop());
const morning = Date.parse('2026-03-01T09:00:00Z');
beforeEach(() => {
  counting.world.now = morning;
});

const acme = 'acme' as WorkspaceId;
const hash = (address: string, workspace = acme) => hashAddress(workspace, address, counting.effects);

describe('the hash of an address', () => {
  test('is the same through the day, for callers at once too, and tells nothing of the address', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => hash('203.0.113.7')));
    counting.world.now = Date.parse('2026-03-01T23:59:59Z');
    expect(new Set([...all, await hash('203.0.113.7')]).size).toBe(1);
    expect(all[0]).toMatch(/^[\w-]{22}$/);
    expect(await hash('203.0.113.8')).not.toBe(all[0]);
  });

  test('is another one tomorrow, and in another workspace', async () => {
    const today = await hash('203.0.113.7');
    expect(await hash('203.0.113.7', 'globex' as WorkspaceId)).not.toBe(today);
    counting.world.now = Date.parse('2026-03-02T00:00:00Z');
    expect(await hash('203.0.113.7')).not.toBe(today);
  });

  test('comes of a secret that is deleted two days after its day', async () => {
    await hash('203.0.113.7');
    const [secret] = await Array.fromAsync(counting.counts.query('WS#acme#ADDRESSES'));
    expect(secret).toMatchObject({
      sk: 'SECRET#2026-03-01',
      expires: Date.parse('2026-03-04T00:00:00Z') / 1000,
    });
    expect(String(secret?.['secret'])).toMatch(/^[\w-]{43}$/);
  });

  test.each([
    ['an IPv4 address that comes as IPv6', '203.0.113.7', '::ffff:203.0.113.7', true],
    ['two addresses of one household', '2001:db8:1:2::1', '2001:db8:1:2:aaaa::9', true],
    ['two ways to write one address', '2001:db8:0:0::1', '2001:0DB8::1', true],
    ['two households', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ])('of %s', async (_, one, other, same) => {
    expect((await hash(one)) === (await hash(other))).toBe(same);
  });

  test.each(['', 'unknown', '203.0.113.7, 203.0.113.8', '203.0.113.7:80'])(
    'is refused for "%s", which is no address',
    async address => {
      await expect(hash(address)).rejects.toMatchObject({ code: 'bad_request' });
    },
  );
});
