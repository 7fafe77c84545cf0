import { learningEndpoints } from '../../functions/scraper/endpoints.ts';
import { readReply } from './api-client.ts';
import { type Command, parseCommandLine, usageError } from './command.ts';
import { exitCodes } from './command-error.ts';
import { table } from './table.ts';

export const files: Command = {
  verb: 'files',
  summary: 'list the files that crawls have found, and add, dismiss or block them',
  help: `Usage: switchboard files MODE [--add ID [--tag TAG] | --dismiss ID | --block ID]

Without a decision it lists the files that wait for one, the newest first.

  --add ID       download the file into the documents of the mode; when that fails it is listed again, with the reason
  --tag TAG      the tag that the document gets
  --dismiss ID   do not list it until a crawl finds it again
  --block ID     never list it again, and remove its document if it was added`,

  async run(args, effects) {
    const { terminal, interrupted: signal } = effects;
    const { values, positionals } = parseCommandLine('files', args, {
      add: { type: 'string' },
      tag: { type: 'string' },
      dismiss: { type: 'string' },
      block: { type: 'string' },
    });
    const [mode, ...more] = positionals;
    if (mode === undefined || more.length > 0) throw usageError('files', 'of which mode?');
    const { add, dismiss, block, tag } = values;
    if ([add, dismiss, block].filter(id => id !== undefined).length > 1)
      throw usageError('files', 'one of --add, --dismiss and --block at a time');
    if (tag !== undefined && add === undefined) throw usageError('files', '--tag goes with --add');
    const api = await effects.connect();
    const under = (what: string, name: string) => `/admin/scrape/${what}/${encodeURIComponent(name)}`;
    if (dismiss !== undefined) {
      const reply = await api.send(under('discovered-file', dismiss), { method: 'DELETE', signal });
      const { message } = await readReply(reply, learningEndpoints.dismissFile.reply);
      terminal.write(`${message}\n`);
    } else if (block !== undefined) {
      const body = { file_id: block };
      const reply = await api.send(under('block-file', mode), { method: 'POST', body, signal });
      const { message } = await readReply(reply, learningEndpoints.blockFile.reply);
      terminal.write(`${message}\n`);
    } else if (add !== undefined) {
      const body = { file_id: add, tag };
      const reply = await api.send(under('add-file', mode), { method: 'POST', body, signal });
      const { message, document_id: id } = await readReply(reply, learningEndpoints.addFile.reply);
      terminal.write(`${message}: document ${id}\n`);
    } else {
      const reply = await api.send(under('discovered-files', mode), { signal });
      const list = await readReply(reply, learningEndpoints.listDiscoveredFiles.reply);
      const rows = list.files.map(({ _id: id, filename, file_type: type, source_page_url: page, error }) => [
        id,
        filename,
        type,
        page,
        error ?? '',
      ]);
      const heads = ['id', 'file', 'type', 'found on', 'why it was not added'];
      terminal.write(`${table(heads, rows, 'No file waits for a decision.')}\n`);
    }
    return exitCodes.done;
  },
};
