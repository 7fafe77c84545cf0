import type { AttachedFile, Mode } from '../../assistant/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { VisitorId, WorkspaceId } from '../../platform/ids.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import { plainName } from '../../platform/schema.ts';
import { askerOf, type Call } from '../asker.ts';
import { readConversationId } from './conversation-id.ts';
import type { ChatEffects } from '../effects.ts';
import { findActiveMode, refuseForeignPage } from './form-caller.ts';
import { attachedLimits } from '../schema.ts';
import type { SentFiles } from './schema.ts';
import { getUpload, putUpload } from './upload-store.ts';
import { lengthOf } from '../../platform/portable/text-length.ts';

const keptMs = 24 * 60 * 60 * 1000;
const nameLength = 200;

/**
 * Keeps text files for a day, for questions by the form. Returns their ids, in order. An upload counts as a turn,
 * before anything is stored, so that nobody can send files without end. Files that are sent with a conversation can
 * only be used in it. Files that are sent before there is one can be used by whoever has their ids. Throws a
 * `CallerError` for files that are too large or no text, for a mode that takes no files, and when a limit is reached.
 */
export async function uploadFiles(
  sent: SentFiles,
  call: Call,
  effects: ChatEffects,
): Promise<{ ids: string[]; limit: LimitState }> {
  refuseForeignPage(call.req.raw.headers);
  const { workspace, mode } = await findActiveMode(sent.mode, effects);
  if (!mode.allow_file_upload) throw refused('This assistant takes no files.');
  const files = await textsOf(sent.files);
  const visitor = await visitorOf(sent.conversation_id, workspace.id, effects);
  const asker = await askerOf(call, workspace.id, visitor, effects);
  const limit = await effects.reserve(workspace.id, { visitor, address: asker.address });
  const expires = effects.clock.now() + keptMs;
  const ids = files.map(() => effects.ids.uuid());
  await Promise.all(
    files.map((file, i) =>
      putUpload(workspace.id, ids[i] ?? '', { ...file, mode: mode.name, visitor }, expires, effects),
    ),
  );
  return { ids, limit };
}

/**
 * The files of a question, by their ids. Empty where the mode takes no files, whatever the page sent. Throws a
 * `CallerError` for a file that is not the visitor's.
 */
export async function uploadedFiles(
  workspace: WorkspaceId,
  { name: mode, allow_file_upload: taken }: Mode,
  visitor: VisitorId,
  named: readonly string[],
  effects: ChatEffects,
): Promise<AttachedFile[]> {
  const ids = [...new Set(named)].filter(id => id !== '');
  if (!taken || ids.length === 0) return [];
  refuseMany(ids.length);
  const files = await Promise.all(
    ids.map(async id => {
      const found = await getUpload(workspace, id, effects);
      const own = found?.mode === mode && (found.visitor === undefined || found.visitor === visitor);
      if (!own) throw refused('A file of this question is no longer here: attach it again.');
      return { name: found.name, text: found.text };
    }),
  );
  refuseLong(files);
  return files;
}

async function visitorOf(
  conversation: string,
  workspace: WorkspaceId,
  effects: ChatEffects,
): Promise<VisitorId | undefined> {
  const found = await readConversationId(conversation, effects);
  return found?.workspace === workspace ? found.visitor : undefined;
}

async function textsOf(sent: readonly File[]): Promise<AttachedFile[]> {
  // A browser sends an empty file without a name where none was chosen.
  const chosen = sent.filter(({ name, size }) => name !== '' || size > 0);
  if (chosen.length === 0) throw refused('No file was sent: put it into the field "files".');
  refuseMany(chosen.length);
  const files = await Promise.all(chosen.map(textOf));
  refuseLong(files);
  return files;
}

async function textOf(file: File): Promise<AttachedFile> {
  const name = plainName(nameLength).safeParse(file.name).data;
  if (name === undefined)
    throw refused(`The name of a file is one line of plain text, of at most ${nameLength} characters.`);
  const text = utf8Text(await file.arrayBuffer());
  if (text === undefined || text.includes('\0'))
    throw refused(`${name} is not a text file: only text is read here, in UTF-8 (.txt, .md, .csv).`);
  if (text.trim() === '') throw refused(`${name} is empty.`);
  return { name, text };
}

function utf8Text(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refuseMany(files: number): void {
  if (files > attachedLimits.files)
    throw refused(`At most ${attachedLimits.files} files go with a question.`);
}

function refuseLong(files: readonly AttachedFile[]): void {
  if (files.reduce((sum, { text }) => sum + lengthOf(text), 0) > attachedLimits.characters)
    throw refused(`The files are too long: ${attachedLimits.characters} characters in all can be read.`);
}

const refused = (message: string) => new CallerError('bad_request', message);
