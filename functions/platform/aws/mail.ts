import type { SESClient } from '@aws-sdk/client-ses';

/** A mail to one address. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same as a page, for programs that show mails as pages. */
  readonly html?: string;
}

/** Mail that leaves the deployment. A mail that SES has taken may still bounce; nobody is told of that here. */
export interface Mail {
  /** Resolves when the mail is SES's to deliver. Throws a `MailError`. Sending again may deliver it twice. */
  send(message: MailMessage): Promise<void>;
}

/** A mail that was not taken. `permanent`: the same mail will be refused again, so there is no point in another try. */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly permanent: boolean;

  constructor(message: string, { permanent }: { permanent: boolean }) {
    super(message);
    this.permanent = permanent;
  }
}

/** What SES says of a mail, a sender or an account that it will not send for, however often it is asked. */
const permanentErrors = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AccountSendingPausedException',
  'ConfigurationSetSendingPausedException',
  'InvalidParameterValue',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
  'ValidationError',
]);

/**
 * Sends by SES from the address `sender`, which SES must have verified; empty where the operator has set none, and then
 * every mail is refused. The SDK is loaded on the first mail.
 */
export function connectMail(sender: string): Mail {
  return mailOf(sender, () => (shared ??= connect()));
}

/** The same over a given client: tests pass one that points at their emulator. */
export function mailOf(sender: string, client: () => Promise<SESClient>): Mail {
  return {
    async send({ to, subject, text, html }) {
      if (sender === '') {
        throw new MailError('no mail can be sent: the deployment has no sender address (mailFrom)', {
          permanent: true,
        });
      }
      if (/[\r\n]/.test(to + subject)) {
        throw new MailError('an address or a subject of more than one line is not sent', { permanent: true });
      }
      const { SendEmailCommand, SESServiceException } = await import('@aws-sdk/client-ses');
      const command = new SendEmailCommand({
        Source: sender,
        Destination: { ToAddresses: [to] },
        Message: {
          Subject: { Data: subject, Charset: 'UTF-8' },
          Body: {
            Text: { Data: text, Charset: 'UTF-8' },
            ...(html === undefined ? {} : { Html: { Data: html, Charset: 'UTF-8' } }),
          },
        },
      });
      try {
        await (await client()).send(command);
      } catch (error) {
        // Without its cause: what SES writes names the address, and an error may reach a log.
        const name = error instanceof SESServiceException ? error.name : 'no reply';
        throw new MailError(`SES did not take the mail: ${name}`, { permanent: permanentErrors.has(name) });
      }
    },
  };
}

let shared: Promise<SESClient> | undefined;

async function connect(): Promise<SESClient> {
  const { SESClient } = await import('@aws-sdk/client-ses');
  return new SESClient({
    maxAttempts: 4,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true, connectionTimeout: 2_000 },
  });
}
