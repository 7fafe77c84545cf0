import * as z from 'zod';
import { callEmulator } from '../call-emulator.ts';
import type { SendToQueue } from './fire.ts';

const found = z.object({ QueueUrl: z.string() });

/** Sends to the queues of the emulator at `endpoint`. Rejects when there is no queue of that name. */
export const sendToQueue =
  (endpoint: string): SendToQueue =>
  async (queueArn, body, group) => {
    const QueueName = queueArn.split(':').at(-1);
    const { QueueUrl } = found.parse(await callEmulator(endpoint, 'AmazonSQS.GetQueueUrl', { QueueName }));
    await callEmulator(endpoint, 'AmazonSQS.SendMessage', {
      QueueUrl,
      MessageBody: body,
      ...(group === undefined ? {} : { MessageGroupId: group }),
    });
  };
