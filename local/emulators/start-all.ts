import type { Reporter } from '../start/reporter.ts';
import { startEmulators } from './emulators.ts';

/** Where the emulators listen. */
export interface Endpoints {
  readonly dynamo: string;
  readonly sqs: string;
  readonly s3: string;
  readonly cognito: string;
  readonly ses: string;
  readonly scheduler: string;
  /** Where functions call functions. It is no emulator: the local world itself answers. */
  readonly lambda: string;
}

/**
 * Starts all emulators in two processes. The tables have one to themselves, since every call of every function uses
 * them. Each emulator keeps its files in its `directoryOf`. `stops` receives what stops them, even when one does not
 * start.
 */
export async function startAll(
  directoryOf: (name: string) => string,
  stops: AsyncDisposableStack,
  report: Reporter,
): Promise<Omit<Endpoints, 'lambda'>> {
  const starting = [
    startEmulators([{ kind: 'dynamo', dir: directoryOf('dynamodb') }], report),
    startEmulators(
      [
        { kind: 'sqs', dir: directoryOf('sqs') },
        { kind: 's3', dir: directoryOf('s3') },
        { kind: 'cognito', dir: directoryOf('cognito') },
        { kind: 'ses' },
        { kind: 'scheduler', dir: directoryOf('scheduler') },
      ],
      report,
    ),
  ] as const;
  for (const emulators of starting) {
    stops.defer(async () => {
      const started = await emulators.catch(() => undefined);
      await started?.stop();
    });
  }
  // Waits until both have started or failed before an error is thrown, so that nothing is left half started.
  await Promise.allSettled(starting);
  const [tables, others] = await Promise.all(starting);
  return {
    dynamo: tables.endpointOf('dynamo'),
    sqs: others.endpointOf('sqs'),
    s3: others.endpointOf('s3'),
    cognito: others.endpointOf('cognito'),
    ses: others.endpointOf('ses'),
    scheduler: others.endpointOf('scheduler'),
  };
}
