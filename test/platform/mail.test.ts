import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SESClient } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MailError, mailOf } from '../../functions/platform/aws/mail.ts';
import { emulatorCredentials, emulatorRegion } from '../../local/emulators/account.ts';

/** What SES says next: an error of its API, with the address in its words, as it does. */
let refusal: { name: string; status: number };
/** The forms that it was sent. */
const asked: Record<string, string>[] = [];
let ses: Server;
let client: SESClient;
beforeAll(async () => {
  ses = createServer((request, response) => {
    text(request).then(body => {
      asked.push(Object.fromEntries(new URLSearchParams(body)));
      response.writeHead(refusal.status, { 'content-type': 'text/xml' });
      response.end(
        `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${refusal.name}</Code>` +
          '<Message>Email address is not verified: ann@example.org</Message></Error><RequestId>1</RequestId></ErrorResponse>',
      );
    }, response.destroy);
  });
  await new Promise<void>(listening => ses.listen(0, '127.0.0.1', listening));
  client = new SESClient({
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
  ['AccessDenied', 403, true],
  ['MessageRejected', 400, true],
  ['MailFromDomainNotVerifiedException', 400, true],
  ['AccountSendingPausedException', 400, true],
  ['InvalidParameterValue', 400, true],
  ['Throttling', 400, false],
  ['ServiceUnavailable', 503, false],
  ['InternalFailure', 500, false],
])('a mail that SES answers with %s (%i) is refused for good: %s', async (name, status, permanent) => {
  refusal = { name, status };
  const error = await failing();
  expect(error).toMatchObject({ permanent, message: `SES did not take the mail: ${name}` });
  expect(JSON.stringify(error) + String(error.stack)).not.toContain('ann@');
});

test('a mail is asked for by the form that SES documents', async () => {
  refusal = { name: 'InternalFailure', status: 500 };
  await failing();
  expect(asked.at(-1)).toEqual({
    Action: 'SendEmail',
    Version: '2010-12-01',
    Source: 'switchboard@example.org',
    'Destination.ToAddresses.member.1': 'ann@example.org',
    'Message.Subject.Data': 's',
    'Message.Subject.Charset': 'UTF-8',
    'Message.Body.Text.Data': 't',
    'Message.Body.Text.Charset': 'UTF-8',
  });
});

test('a mail without a sender, or of an address that would add headers, is not even tried', async () => {
  refusal = { name: 'nobody asks', status: 500 };
  expect(await failing('')).toMatchObject({ permanent: true, message: /no sender/ });
  const forged = 'ann@example.org\r\nBcc: eve@example.org';
  expect(await failing(undefined, forged)).toMatchObject({ permanent: true, message: /more than one line/ });
});
