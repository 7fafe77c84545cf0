/**
 * What only a laptop may do: an open demo workspace, and learning from the very loopback origin that was asked
 * for. It is set by the local host process before it imports a handler, never read from the environment, so no
 * setting of the template can switch it on (a test says so).
 */
export interface LocalMode {
  /** Requests without credentials act in this workspace. */
  readonly openWorkspace: string;
  /** The file of mode 0600 that stands for SSM: a JSON object of secret name to value. */
  readonly secretsFile: string;
  /** Where the search index lives: an absolute path instead of the template's `s3://` address. */
  readonly indexDirectory: string;
}

const slot = Symbol.for('switchboard.local-mode');

/** For the local host process alone. */
export function enterLocalMode(mode: LocalMode): void {
  Object.defineProperty(globalThis, slot, { value: mode });
}

/** Undefined on AWS. */
export function localMode(): LocalMode | undefined {
  return (globalThis as { [slot]?: LocalMode })[slot];
}
