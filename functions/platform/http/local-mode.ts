/**
 * What only a laptop may do: have an open demo workspace, and learn from the loopback origin that was asked for. The
 * local host process sets it before it imports a handler. It is never read from the environment, so no setting of the
 * template can switch it on (a test checks that).
 */
export interface LocalMode {
  /** Requests without credentials act in this workspace. */
  readonly openWorkspace: string;
  /** The file (mode 0600) with the secrets that SSM has on AWS: a JSON object of names and values. */
  readonly secretsFile: string;
  /** The directory of the search index: an absolute path instead of the template's `s3://` address. */
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
