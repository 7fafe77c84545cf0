/** The environment of a function: every name that the infrastructure must supply, typed. */
export type Env<Name extends string> = Readonly<Record<Name, string>>;

/** Reads the named variables. Throws one error that lists every missing name. */
export function readEnv<const Name extends string>(
  names: readonly Name[],
  source: NodeJS.ProcessEnv = process.env,
): Env<Name> {
  const missing = names.filter(name => source[name] === undefined);
  if (missing.length > 0) throw new Error(`missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(names.map(name => [name, source[name] ?? ''])) as Env<Name>;
}

/** The number of days that the variable says. Throws when it says none, or a part of one. */
export function wholeDays<Name extends string>(env: Env<Name>, name: Name): number {
  const days = Number(env[name]);
  if (Number.isInteger(days) && days >= 1) return days;
  throw new Error(`${name} "${env[name]}": use a number of days`);
}
