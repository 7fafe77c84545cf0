import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { ApiClient } from './api-client.ts';
import { CommandError, type ExitCode, exitCodes } from './command-error.ts';
import type { Clock } from '../../functions/platform/clock.ts';

/**
 * Where a command writes. Control characters in what is written are dropped: a page's title must not steer a terminal.
 */
export interface Terminal {
  /** Writes the result to standard output; `dim` draws it paler, except where `NO_COLOR` is set. */
  write(text: string, style?: 'plain' | 'dim'): void;
  /** Writes a line that is no part of the result to standard error. */
  note(line: string): void;
  /**
   * Shows the progress: on a terminal as one line that is rewritten, elsewhere as a line for each change, at most every
   * few seconds. Call it again with the same line: one that came too soon is written then. `atOnce`: it does not wait.
   */
  progress(line: string, atOnce?: boolean): void;
}

/** All that a command may do to the world. */
export interface CommandEffects {
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Standard input, in pieces as they come. */
  readonly input: AsyncIterable<Uint8Array>;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C or SIGTERM: the command says how things stand and ends. */
  readonly interrupted: AbortSignal;
  /**
   * The running system, with the operator's key. Throws a `CommandError` when there is no key that may be sent there.
   */
  connect(): Promise<ApiClient>;
}

/** One verb of `npm run switchboard -- <verb>`. */
export interface Command {
  readonly verb: string;
  readonly summary: string;
  readonly help: string;
  run(args: string[], effects: CommandEffects): Promise<ExitCode>;
}

/** Parses the arguments by `node:util`. A wrong one becomes a `CommandError` that names the verb's help. */
export function parseCommandLine<const Options extends ParseArgsOptionsConfig>(
  verb: string,
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. To specify')[0] : String(error);
    throw usageError(verb, `${reason}`);
  }
}

/** How an operator runs a verb, for messages that are copied into a shell. */
export const commandLine = 'npm run switchboard --';

/** The command line is wrong: exit code 2, with a pointer to the verb's help. */
export const usageError = (verb: string, reason: string): CommandError =>
  new CommandError(exitCodes.usage, `${verb}: ${reason}\nSee: ${commandLine} ${verb} --help`);
