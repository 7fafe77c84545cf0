/** What a played service does with the requests that come: first what was scripted, then as usual. */
export interface Script<Step, Asked> {
  /** For the requests that follow, one each. */
  next(...steps: Step[]): void;
  /** For every request when nothing is scripted. */
  always(usual: (asked: Asked) => Step): void;
}

/** `take`: what to do with this request. `forget`: nothing is scripted any more. */
export function scriptOf<Step, Asked>(
  usual: (asked: Asked) => Step,
): { readonly script: Script<Step, Asked>; take(asked: Asked): Step; forget(): void } {
  let steps: Step[] = [];
  let always = usual;
  return {
    script: {
      next: (...more) => void steps.push(...more),
      always: other => {
        always = other;
      },
    },
    take: asked => steps.shift() ?? always(asked),
    forget() {
      steps = [];
      always = usual;
    },
  };
}
