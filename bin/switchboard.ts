import { bootstrap } from '../functions/admin/commands.ts';
import { ask } from '../functions/chat/commands.ts';
import { systemClock } from '../functions/platform/clock.ts';
import {
  CommandError,
  type CommandEffects,
  type ExitCode,
  exitCodes,
} from '../functions/platform/command.ts';
import { CallerError, errorText } from '../functions/platform/errors.ts';
import { learn } from '../functions/scraper/commands.ts';
import { key } from '../functions/tenants/commands.ts';
import { openConnection } from './connection.ts';
import { openTerminal } from './terminal.ts';

/** The operator's commands. Their exit codes are part of their contract: see `help`. */
const commands = [learn, ask, key, bootstrap];

const help = `Usage: npm run switchboard -- <verb> ...

${commands.map(({ verb, summary }) => `  ${verb.padEnd(10)} ${summary}`).join('\n')}

  <verb> --help says more.

They speak to SWITCHBOARD_URL (default http://127.0.0.1:3000, or PORT) with SWITCHBOARD_API_KEY; for the system that
\`npm start\` runs on this machine no key is needed.

Exit codes: 0 done, 1 it did not work, 2 the command line is wrong, 3 not reachable or no access, 130 interrupted.
`;

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

process.exitCode = await run(process.argv.slice(2), {
  clock: systemClock,
  terminal,
  env: process.env,
  interrupted: interrupt.signal,
  connect: () => openConnection(process.env),
});
terminal.close();

async function run([verb, ...args]: string[], effects: CommandEffects): Promise<ExitCode> {
  try {
    const command = commands.find(each => each.verb === verb);
    if (verb === '--help' || verb === '-h' || verb === 'help') {
      terminal.write(help);
      return exitCodes.done;
    }
    if (!command) {
      const said = verb === undefined ? 'what shall it do?' : `there is no verb "${verb}"`;
      throw new CommandError(exitCodes.usage, `${said}\n\n${help}`);
    }
    const own = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined);
    if (own.includes('--help') || own.includes('-h')) {
      terminal.write(`${command.help}\n`);
      return exitCodes.done;
    }
    return await command.run(args, effects);
  } catch (error) {
    if (error instanceof CommandError) {
      terminal.note(error.message);
      return error.exitCode;
    }
    // A defect, or the operator's AWS access: the name and message tell which; a stack would tell nobody more.
    terminal.note(error instanceof CallerError ? error.message : errorText(error));
    return exitCodes.failed;
  }
}
