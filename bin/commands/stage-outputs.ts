import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { CommandError, exitCodes } from './command-error.ts';

/** What a deployment says of itself, by the names of its stacks' outputs. */
const outputs = z.object({
  Region: z.string(),
  SecretsPrefix: z.string(),
  TenantsTable: z.string(),
  AssistantTable: z.string(),
  UserPoolId: z.string(),
  UserPoolClientId: z.string(),
  PublicUrl: z.string().optional(),
});
export type StageOutputs = z.output<typeof outputs>;

/** The outputs of all stacks in the file, as one. */
export async function readOutputs(path: string): Promise<StageOutputs> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandError(exitCodes.usage, `can not read ${path}: deploy with --outputs-file ${path} first`);
  });
  try {
    const stacks = z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(text));
    return outputs.parse(Object.assign({}, ...Object.values(stacks)));
  } catch {
    const wanted = Object.keys(outputs.shape).join(', ');
    throw new CommandError(exitCodes.usage, `${path} is not the outputs of a stage (${wanted})`);
  }
}
