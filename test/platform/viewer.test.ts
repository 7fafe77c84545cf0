import { describe, expect, test } from 'vitest';
import { trustedViewer } from '../../functions/platform/http/viewer.ts';

const secrets = (secret?: string) => ({ secrets: { get: async () => secret } });
const told = {
  'X-Viewer-Address': '203.0.113.7',
  'CloudFront-Viewer-Country': 'PL',
  'CloudFront-Viewer-City': '%C5%81%C3%B3d%C5%BA',
};
const seen = (headers: Record<string, string>, secret?: string) =>
  trustedViewer(new Headers({ ...told, ...headers }), secrets(secret));

describe('what the edge says of a viewer', () => {
  test('is believed beside the origin secret', async () => {
    expect(await seen({ 'X-Origin-Secret': 'right' }, 'right')).toEqual({
      address: '203.0.113.7',
      country: 'PL',
      city: 'Łódź',
    });
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    ['without it', {}, 'right'],
    ['beside another one', { 'X-Origin-Secret': 'wrong' }, 'right'],
    ['beside the beginning of it', { 'X-Origin-Secret': 'righ' }, 'right'],
    ['beside an empty one', { 'X-Origin-Secret': '' }, 'right'],
    ['where none is set', { 'X-Origin-Secret': '' }, undefined],
    ['where an empty one is set', { 'X-Origin-Secret': '' }, ''],
  ])('is not believed %s', async (_, headers, secret) => {
    expect(await seen(headers, secret)).toEqual({});
  });

  test('is left out where it can not be so', async () => {
    const odd = { 'CloudFront-Viewer-Country': 'Poland', 'CloudFront-Viewer-City': '%zz' };
    expect(await seen({ 'X-Origin-Secret': 'right', ...odd }, 'right')).toEqual({
      address: '203.0.113.7',
      city: '%zz',
    });
  });
});
