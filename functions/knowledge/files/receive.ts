import type { ParseEffects } from '../effects.ts';
import { takeUpload } from './add-document.ts';
import { parseMessageSchema } from './messages.ts';
import { parseDocument } from './parse-document.ts';

/** Reads the document that the message names. A text that is no message is logged and dropped. */
export async function receiveParse(message: unknown, effects: ParseEffects): Promise<void> {
  const { data, error } = parseMessageSchema.safeParse(message);
  if (!data) return effects.log.error('document.message_dropped', error);
  const { kind, workspace, document } = data;
  const id = kind === 'uploaded' ? await takeUpload(workspace, document, effects) : document;
  if (id !== undefined) await parseDocument(workspace, id, effects);
}
