import { type Command, type CommandEffects, usageError, parseCommandLine, type Terminal } from './command.ts';
import { CommandError, exitCodes } from './command-error.ts';
import type { ApiClient } from './api-client.ts';
import { isLoopback } from './connection.ts';
import { cancelRun, followRun, type RemoteAnswer, type RemoteRun, startRun } from './remote-run.ts';

export const ask: Command = {
  verb: 'ask',
  summary: 'ask a question; prints the answer as it comes, then its sources',
  help: `Usage: switchboard ask "question" [--mode NAME] [--json]

Prints the answer as it is written, then the numbered sources it cites with their addresses.

  --mode NAME   the mode that answers (default: the workspace's own)
  --json        print one JSON object when the run has ended:
                {"answer", "sources", "run_id", "thread_id", "status"}, and "error" when it failed

Ctrl-C cancels the run. Exits 0 when there is an answer, 1 when the run failed or was canceled.`,

  async run(args, effects) {
    const { values, positionals } = parseCommandLine('ask', args, {
      mode: { type: 'string' },
      json: { type: 'boolean' },
    });
    const question = positionals.join(' ').trim();
    if (question === '') throw usageError('ask', 'which question?');
    const { clock, terminal, interrupted } = effects;
    const api = await effects.connect();
    const run = await startRun(api, { question, mode: values.mode }, interrupted);
    const printing = values.json ? undefined : unfold(terminal);
    let last: RemoteAnswer = { text: '', sources: [] };
    try {
      last = await followRun(api, run, clock, interrupted, ({ text }) => printing?.show(unescaped(text)));
    } catch (error) {
      printing?.breakOff();
      if (!interrupted.aborted) throw error;
      await cancelRun(api, run);
      throw new CommandError(exitCodes.interrupted, 'Canceled.');
    }
    if (values.json) {
      const { text: answer, sources, status, error } = last;
      const reply = { answer, sources, run_id: run.run, thread_id: run.thread, status, error };
      terminal.write(`${JSON.stringify(reply)}\n`);
    }
    if (last.status === 'done') printing?.end(unescaped(last.text));
    else {
      printing?.breakOff();
      const reason = last.error ?? `The run was ${last.status ?? 'lost'}.`;
      const hint = last.status === 'error' ? `\n${whereToLook(api, run)}` : '';
      throw new CommandError(exitCodes.failed, reason + hint);
    }
    if (!values.json) listSources(last, effects);
    return exitCodes.done;
  },
};

/** Where an operator finds more: the reason of a failed answer is worded for visitors. */
const whereToLook = ({ url }: ApiClient, { run }: RemoteRun): string =>
  `Which part does not work:  ${url}/api/health\nWhat the log says of it:  the lines with the run ${run}, ` +
  (isLoopback(new URL(url).hostname)
    ? 'in log below the data directory of `npm start` (.local/log)'
    : 'in CloudWatch (docs/operations.md)');

/** The text without Markdown's escapes. A backslash at its end is left out: what it escapes has not come yet. */
const unescaped = (markdown: string): string =>
  markdown.replace(/(?<!\\)\\$/, '').replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');

/**
 * Prints a text that grows. The text may begin anew. While it only repeats what is printed already, nothing is printed
 * twice; where it differs from that, all of it is printed again below. Call `end` with the final text. Call `breakOff`
 * before something else is printed: it ends the line.
 */
export function unfold(terminal: Pick<Terminal, 'write'>) {
  let printed = '';
  const printAnew = (text: string) => {
    terminal.write(`\n\n(the answer begins anew)\n\n${text}`);
    printed = text;
  };
  const show = (text: string) => {
    if (printed.startsWith(text)) return;
    if (!text.startsWith(printed)) return printAnew(text);
    terminal.write(text.slice(printed.length));
    printed = text;
  };
  return {
    show,
    end: (text: string) => {
      show(text);
      if (printed !== text) printAnew(text);
    },
    breakOff: () => {
      if (printed !== '') terminal.write('\n');
    },
  };
}

function listSources({ sources }: RemoteAnswer, { terminal }: CommandEffects): void {
  terminal.write('\n');
  if (sources.length > 0) terminal.write('\n');
  for (const { n, title, heading, page, url } of sources) {
    const place = [title, heading, page === undefined ? undefined : `page ${page}`];
    terminal.write(`[${n}] ${place.filter(part => part !== undefined && part !== '').join(' - ')}\n`);
    terminal.write(`    ${url}\n`, 'dim');
  }
}
