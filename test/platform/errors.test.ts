import { expect, test } from 'vitest';
import { CallerError, type ErrorCode, errorText, statusOf } from '../../functions/platform/errors.ts';

test.each<[ErrorCode, number]>([
  ['bad_request', 400],
  ['unauthorized', 401],
  ['forbidden', 403],
  ['not_found', 404],
  ['conflict', 409],
  ['too_large', 413],
  ['invalid', 422],
  ['rate_limited', 429],
  ['internal', 500],
  ['bad_gateway', 502],
  ['unavailable', 503],
  ['timeout', 504],
])('%s is answered with %d', (code, status) => {
  expect(statusOf(code)).toBe(status);
  expect(new CallerError(code, 'm').status).toBe(status);
});

test('an error for the caller keeps its cause for the log, apart from its message', () => {
  const cause = new Error('the table says no');
  const error = new CallerError('conflict', 'the name is taken', { cause, details: { name: 'x' } });
  expect(error).toMatchObject({ message: 'the name is taken', details: { name: 'x' }, cause });
  expect('cause' in new CallerError('conflict', 'm')).toBe(false);
});

test('whatever is thrown has a text', () => {
  expect(errorText(new TypeError('t'))).toBe('TypeError: t');
  expect(errorText('plain')).toBe('plain');
  expect(errorText(undefined)).toBe('undefined');
});
