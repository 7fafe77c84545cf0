/** How a service says that it does not accept a parameter: for each parameter, a pattern of the error's text. */
export type Signs<Lack extends string> = Readonly<Record<Lack, RegExp>>;

/**
 * Sends requests to a service whose models accept different parameters and do not say which. A parameter that a model
 * refuses by name is left out: the request is sent again at once without it, and so are all later ones.
 */
export function adapting<Lack extends string>(signs: Signs<Lack>) {
  let known: ReadonlySet<Lack> = new Set();
  return async <Reply>(send: (lacks: ReadonlySet<Lack>) => PromiseLike<Reply>): Promise<Reply> => {
    for (let lacks = known; ; ) {
      try {
        const reply = await send(lacks);
        known = new Set([...known, ...lacks]);
        return reply;
      } catch (error) {
        const lack = lackOf(error, signs);
        // The request did not have this parameter any more, so it is not the reason.
        if (lack === undefined || lacks.has(lack)) throw error;
        lacks = new Set([...lacks, lack]);
      }
    }
  };
}

/**
 * The parameter that the error refuses. Such an error is a 400, at some services a 422. The service's words are matched
 * here, and shown to nobody.
 */
function lackOf<Lack extends string>(error: unknown, signs: Signs<Lack>): Lack | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  if (error.status !== 400 && error.status !== 422) return undefined;
  const said = `${'param' in error ? String(error.param) : ''} ${error.message}`.slice(0, 2000);
  const found = Object.entries<RegExp>(signs).find(([, sign]) => sign.test(said));
  return found?.[0] as Lack | undefined;
}
