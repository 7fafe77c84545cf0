import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MailError, mailOf } from '../../functions/platform/aws/mail.ts';
import { emulatorCredentials, emulatorRegion } from '../../local/emulators/emulators.ts';

/** What SES says next: an error of its API, with the address in its words, as it does. */
let refusal: { name: string; status: number };
let ses: Server;
let client: SESv2Client;
beforeAll(async () => {
  ses = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(refusal.status, { 'x-amzn-errortype': refusal.name });
      response.end(JSON.stringify({ message: 'Email address is not verified: ann@example.org' }));
    });
  });
  await new Promise<void>(listening => ses.listen(0, '127.0.0.1', listening));
  client = new SESv2Client({
    endpoint: `http://127.0.0.1:${(ses.address() as AddressInfo).port}`,
    region: emulatorRegion,
    credentials: emulatorCredentials,
    maxAttempts: 1,
  });
});
afterAll(() => ses.close());

const failing = async (sender = 'switchboard@example.org', to = 'ann@example.org') => {
  const sent = mailOf(sender, async () => client).send({ to, subject: 's', text: 't' });
  const error: unknown = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MailError) return error;
  throw new Error('the mail was sent');
};

test.each([
  ['AccessDeniedException', 403, true],
  ['MessageRejected', 400, true],
  ['MailFromDomainNotVerifiedException', 400, true],
  ['SendingPausedException', 400, true],
  ['TooManyRequestsException', 429, false],
  ['LimitExceededException', 400, false],
  ['InternalServiceErrorException', 500, false],
])('a mail that SES answers with %s (%i) is refused for good: %s', async (name, status, permanent) => {
  refusal = { name, status };
  const error = await failing();
  expect(error).toMatchObject({ permanent, message: `SES did not take the mail: ${name}` });
  expect(JSON.stringify(error) + String(error.stack)).not.toContain('ann@');
});

test('a mail without a sender, or of an address that would add headers, is not even tried', async () => {
  refusal = { name: 'nobody asks', status: 500 };
  expect(await failing('')).toMatchObject({ permanent: true, message: /no sender/ });
  const forged = 'ann@example.org\r\nBcc: eve@example.org';
  expect(await failing(undefined, forged)).toMatchObject({ permanent: true, message: /more than one line/ });
});
