import * as z from 'zod';
import { type Command, usageError, parseCommandLine } from './command.ts';
import { exitCodes } from './command-error.ts';
import { readOutputs } from './stage-outputs.ts';

export const bootstrap: Command = {
  verb: 'bootstrap',
  summary: 'give a deployed stage its secrets, its first workspace and an admin key',
  help: `Usage: switchboard bootstrap --outputs cdk-outputs.json [--name NAME] [--openai-key-from-env]
                             [--new-key] [--rotate-signing-keys] [--super-admin EMAIL]
                             [--dismiss-super-admin EMAIL]

Needs the AWS credentials of the operator who deployed the stage. It may be repeated: what is there stays.

  --outputs FILE          written by: cdk deploy --all --outputs-file FILE
  --name NAME             the name of the first workspace (default: Main)
  --openai-key-from-env   stores OPENAI_API_KEY for the stage (an encrypted SSM parameter)
  --new-key               prints another admin key, if the first was lost
  --rotate-signing-keys   signs visitor tokens with a new key; the one before is honoured until the next rotation
  --super-admin EMAIL     lets that person administer every workspace; prints a link to choose a password, if
                          they have none
  --dismiss-super-admin EMAIL  takes that right away again, from the person's next request on

The admin key is printed once: keep it, and set SWITCHBOARD_URL and SWITCHBOARD_API_KEY for the other commands.`,

  async run(args, effects) {
    const { values, positionals } = parseCommandLine('bootstrap', args, {
      outputs: { type: 'string' },
      name: { type: 'string', default: 'Main' },
      'openai-key-from-env': { type: 'boolean' },
      'new-key': { type: 'boolean' },
      'rotate-signing-keys': { type: 'boolean' },
      'super-admin': { type: 'string' },
      'dismiss-super-admin': { type: 'string' },
    });
    if (values.outputs === undefined || positionals.length > 0) {
      throw usageError('bootstrap', 'which stage? --outputs cdk-outputs.json');
    }
    const openAiKey = values['openai-key-from-env'] ? effects.env['OPENAI_API_KEY'] : undefined;
    if (values['openai-key-from-env'] && !openAiKey)
      throw usageError('bootstrap', 'OPENAI_API_KEY is not set');
    const superAdmin = values['super-admin']?.trim();
    if (superAdmin !== undefined && !z.email().safeParse(superAdmin).success) {
      throw usageError('bootstrap', `--super-admin ${superAdmin}: a mail address`);
    }
    const stage = await readOutputs(values.outputs);
    // Loaded only here, since the other verbs do not need it.
    const { bootstrapStage } = await import('./bootstrap-stage.ts');
    await bootstrapStage(
      stage,
      {
        name: values.name,
        openAiKey,
        newKey: values['new-key'] ?? false,
        rotate: values['rotate-signing-keys'] ?? false,
        superAdmin,
        dismissedAdmin: values['dismiss-super-admin']?.trim(),
      },
      effects,
    );
    return exitCodes.done;
  },
};
