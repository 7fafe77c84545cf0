import { systemClock } from '../functions/platform/clock.ts';
import { CommandError, exitCodes } from './commands/command-error.ts';
import { openConnection } from './commands/connection.ts';
import { runVerb } from './commands/run-verb.ts';
import { openTerminal } from './commands/terminal.ts';

/** The operator's commands: `npm run switchboard -- <verb>`. */
const terminal = openTerminal(process.stdout, process.stderr, process.env, systemClock);
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort(new CommandError(exitCodes.interrupted, 'Interrupted.'));
  });
}
// A reader that has enough (`| head`) closes the pipe: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});

process.exitCode = await runVerb(process.argv.slice(2), {
  clock: systemClock,
  terminal,
  input: process.stdin,
  env: process.env,
  interrupted: interrupt.signal,
  connect: () => openConnection(process.env, systemClock),
});
terminal.close();
