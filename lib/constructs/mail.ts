import { Stack } from 'aws-cdk-lib';
import type { HouseFunction } from './function.ts';

/** Lets a function send mail from `sender`, which SES has verified, or whose domain it has. Empty: no right to send. */
export function allowMail(grantee: HouseFunction, sender: string): void {
  if (sender === '') return;
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const identities = [sender, domain].map(resourceName =>
    Stack.of(grantee).formatArn({ service: 'ses', resource: 'identity', resourceName }),
  );
  grantee.allow(['ses:SendEmail'], identities);
}
