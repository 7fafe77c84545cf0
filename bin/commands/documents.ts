import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { documentEndpoints } from '../../functions/knowledge/files/endpoints.ts';
import { type ApiClient, readReply } from './api-client.ts';
import { type Command, type CommandEffects, parseCommandLine, usageError } from './command.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { table } from './table.ts';

export const documents: Command = {
  verb: 'documents',
  summary: 'list the documents of a mode, and add, delete or read them again',
  help: `Usage: switchboard documents [MODE]
       switchboard documents MODE --add FILE [--tag TAG] [--title TITLE]
       switchboard documents --delete ID | --retry ID | --download ID

Lists the documents with their states, the newest first; without MODE those of all modes.

  --add FILE      upload the file, and wait until answers use it; a file of the same name takes its place
  --tag TAG       the tag that the document gets, one of the mode's
  --title TITLE   what answers call it, in place of its own title
  --delete ID     delete the document; answers use it no more
  --retry ID      read the document again
  --download ID   print a link to its bytes, good for five minutes`,

  async run(args, effects) {
    const { values, positionals } = parseCommandLine('documents', args, {
      add: { type: 'string' },
      tag: { type: 'string' },
      title: { type: 'string' },
      delete: { type: 'string' },
      retry: { type: 'string' },
      download: { type: 'string' },
    });
    const [mode, ...more] = positionals;
    const { add, tag, title, delete: gone, retry, download } = values;
    const done = [add, gone, retry, download].filter(value => value !== undefined);
    if (more.length > 0 || done.length > 1) throw usageError('documents', 'one thing at a time');
    const api = await effects.connect();
    const { terminal, interrupted: signal } = effects;
    const at = (id: string, what = '') => `/admin/documents/${encodeURIComponent(id)}${what}`;
    if (add !== undefined) {
      if (mode === undefined) throw usageError('documents', 'to which mode?');
      return addFile(api, add, { mode, tag, title }, effects);
    }
    if (gone !== undefined) {
      const reply = await api.send(at(gone), { method: 'DELETE', signal });
      await readReply(reply, documentEndpoints.deleteDocument.reply);
      terminal.write(`deleted ${gone}\n`);
    } else if (retry !== undefined) {
      const reply = await api.send(at(retry, '/retry'), { method: 'POST', signal });
      const { filename } = await readReply(reply, documentEndpoints.retryDocument.reply);
      terminal.write(`reading ${filename} again\n`);
    } else if (download !== undefined) {
      const reply = await api.send(at(download, '/download'), { signal });
      const link = await readReply(reply, documentEndpoints.downloadDocument.reply);
      terminal.write(`${link.download_url}\n`);
    } else await list(api, mode, effects);
    return exitCodes.done;
  },
};

async function list(
  api: ApiClient,
  mode: string | undefined,
  { terminal, interrupted: signal }: CommandEffects,
): Promise<void> {
  const query = mode === undefined ? '' : `?${new URLSearchParams({ mode }).toString()}`;
  const reply = await api.send(`/admin/documents${query}`, { signal });
  const found = await readReply(reply, documentEndpoints.listDocuments.reply);
  const rows = found.documents.map(({ _id: id, mode: of, status, progress, filename, error, notes }) => [
    id,
    of,
    status === 'completed' ? status : `${status} ${progress} %`,
    filename,
    error ?? notes.join('; '),
  ]);
  terminal.write(`${table(['ID', 'MODE', 'STATE', 'FILE', ''], rows, 'no documents')}\n`);
}

/** It is asked for its state so often. */
const pollMs = 1_000;

async function addFile(
  api: ApiClient,
  path: string,
  about: { mode: string; tag: string | undefined; title: string | undefined },
  { terminal, interrupted: signal, clock }: CommandEffects,
) {
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) throw new CommandError(exitCodes.usage, `${path} is no file`);
  const body = { ...about, filename: basename(path), size: file.size };
  const reply = await api.send('/admin/documents/uploads', { method: 'POST', body, signal });
  const { document_id: id, url, fields } = await readReply(reply, documentEndpoints.announceUpload.reply);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', await openAsBlob(path), basename(path));
  const sent = await fetch(url, { method: 'POST', body: form, signal });
  if (!sent.ok) throw new CommandError(exitCodes.failed, `${path} could not be sent: HTTP ${sent.status}`);
  const told = await api.send(`/admin/documents/${id}/uploaded`, { method: 'POST', signal });
  await readReply(told, documentEndpoints.finishUpload.reply);
  for (;;) {
    const asked = await api.send(`/admin/documents/${id}`, { signal });
    const document = await readReply(asked, documentEndpoints.readDocument.reply);
    const { _id: stored, status, progress, current_step: step, filename, chunks, error } = document;
    terminal.progress(`${progress} % ${step}`);
    if (status === 'failed')
      throw new CommandError(exitCodes.failed, `${path}: ${error ?? 'it could not be read'}`);
    if (status === 'completed') {
      terminal.write(`${stored}  ${filename}: ${chunks ?? 0} passages\n`);
      return exitCodes.done;
    }
    await clock.sleep(pollMs, signal);
  }
}
