import { allowed } from './allowed.ts';
import { bootstrap } from './bootstrap.ts';
import { browserCheck } from './browser-check.ts';
import { ask } from './ask.ts';
import { ApiRefusal } from './api-client.ts';
import { type CommandEffects } from './command.ts';
import { CommandError, type ExitCode, exitCodes } from './command-error.ts';
import { CallerError, errorText } from '../../functions/platform/errors.ts';
import { extract } from './extract.ts';
import { jobs } from './jobs.ts';
import { documents } from './documents.ts';
import { files } from './files.ts';
import { learn } from './learn.ts';
import { key } from './key.ts';
import { pages } from './pages.ts';
import { schedule } from './schedule.ts';

const commands = [
  learn,
  pages,
  files,
  documents,
  jobs,
  schedule,
  ask,
  key,
  bootstrap,
  extract,
  allowed,
  browserCheck,
];

const help = `Usage: npm run switchboard -- <verb> ...

${commands.map(({ verb, summary }) => `  ${verb.padEnd(14)} ${summary}`).join('\n')}

  <verb> --help says more.

extract, allowed and browser-check need no running system and change nothing. The others speak to SWITCHBOARD_URL (default http://127.0.0.1:3000, or PORT) with SWITCHBOARD_API_KEY; for the system that
\`npm start\` runs on this machine no key is needed.

Exit codes: 0 done, 1 it did not work, 2 the command line is wrong, 3 not reachable or no access, 130 interrupted.
`;

/**
 * Runs what the command line says and returns the exit code; never throws. The codes are part of the contract: see
 * `help`.
 */
export async function runVerb(
  [verb, ...args]: readonly string[],
  effects: CommandEffects,
): Promise<ExitCode> {
  const { terminal } = effects;
  try {
    if (verb === '--help' || verb === '-h' || verb === 'help') {
      terminal.write(help);
      return exitCodes.done;
    }
    const command = commands.find(each => each.verb === verb);
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
      // The key may have been exported for another system.
      const isGiven =
        error instanceof ApiRefusal && error.status === 401 && effects.env['SWITCHBOARD_API_KEY'];
      terminal.note(isGiven ? `SWITCHBOARD_API_KEY: ${error.message}` : error.message);
      return error.exitCode;
    }
    // A defect, or missing access to AWS. Name and message tell which; a stack would tell the operator nothing more.
    terminal.note(error instanceof CallerError ? error.message : errorText(error));
    return exitCodes.failed;
  }
}
