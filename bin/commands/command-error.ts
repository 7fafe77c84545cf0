/** What a command's exit tells a script. */
export const exitCodes = { done: 0, failed: 1, usage: 2, noAccess: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command. The message is for the operator, and says what to do. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What went wrong, without the kind of the error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
