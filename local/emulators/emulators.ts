import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnded, childReady } from '../start/child-ready.ts';
import { type Reporter, silentReporter } from '../start/reporter.ts';
import { emulatorRegion } from './account.ts';
import type { HostedEmulator, HostReady } from './emulator-host.ts';
import type { EmulatorKind } from './run-emulator.ts';

/** A stand-in of one AWS service, on a free port of 127.0.0.1. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`, for the `AWS_ENDPOINT_URL_*` variables and for clients in tests. */
  readonly endpoint: string;
  /** Closes the files of a persistent emulator and ends its process; at the latest after three seconds. */
  stop(): Promise<void>;
}

/**
 * An emulator, and the directory in which its files are kept from start to start. Without a directory they are deleted
 * with its process.
 */
export interface WantedEmulator {
  readonly kind: EmulatorKind;
  readonly dir?: string | undefined;
}

/** Emulators in one process. */
export interface Emulators {
  /** The endpoint of the emulator. Throws when it is not one of these. */
  endpointOf(kind: EmulatorKind): string;
  stop(): Promise<void>;
}

const stopWithinMs = 3_000;
const restartAfterMs = 500;

const services: Readonly<Record<EmulatorKind, string>> = {
  dynamo: 'DynamoDB',
  sqs: 'SQS',
  s3: 'S3',
  cognito: 'Cognito',
  ses: 'SES',
  scheduler: 'EventBridge Scheduler',
};

/** DynamoDB (dynalite): in memory, or kept below `dir`. */
export const startDynamo = (dir?: string): Promise<Emulator> => startOne('dynamo', dir);

/** SQS (fauxqs): in memory, or kept below `dir`. ChangeMessageVisibility(0) loses a kept message: use one second. */
export const startSqs = (dir?: string): Promise<Emulator> => startOne('sqs', dir);

/** S3 (s3rver): files below `dir`, or below a temporary directory that goes with the process. */
export const startS3 = (dir?: string): Promise<Emulator> => startOne('s3', dir);

/** Cognito user pools (cognito-local): files below `dir`, or below a temporary directory that goes with the process. */
export const startCognito = (dir?: string): Promise<Emulator> => startOne('cognito', dir);

/**
 * SES v2 (aws-ses-v2-local), which delivers nothing: mails are read at `/` by a person and at `/store` as JSON. In
 * memory.
 */
export const startSes = (): Promise<Emulator> => startOne('ses');

async function startOne(kind: EmulatorKind, dir?: string): Promise<Emulator> {
  const { endpointOf, stop } = await startEmulators([{ kind, dir }], silentReporter);
  return { endpoint: endpointOf(kind), stop };
}

/**
 * Starts one process with the emulators. When the process dies and any of them has a directory, it is started again on
 * the same ports, so that clients see a short outage. Rejects when one does not start: the error says which, after how
 * long, and what to do.
 */
export async function startEmulators(
  wanted: readonly WantedEmulator[],
  report: Reporter,
): Promise<Emulators> {
  const start = (ports: readonly number[]) =>
    startHost(
      wanted.map((emulator, index) => ({ ...emulator, port: ports[index] ?? 0 })),
      report,
    );
  const life = { stopped: false };
  // The emulator of Cognito chooses a port before it listens on it, so another process may take the port in between.
  let { child, ports } = await start([]).catch(() => start([]));
  const watch = () => {
    if (wanted.some(({ dir }) => dir !== undefined)) child.once('exit', () => void restart());
  };
  const restart = async () => {
    while (!life.stopped) {
      try {
        ({ child } = await start(ports));
        if (life.stopped) await stop(child);
        return watch();
      } catch {
        await delay(restartAfterMs);
      }
    }
  };
  watch();
  return {
    endpointOf(kind) {
      const port = ports[wanted.findIndex(emulator => emulator.kind === kind)];
      if (port === undefined) throw new Error(`no emulator of ${services[kind]} was started here`);
      return `http://127.0.0.1:${port}`;
    },
    stop() {
      life.stopped = true;
      return stop(child);
    },
  };
}

async function startHost(
  hosted: readonly HostedEmulator[],
  report: Reporter,
): Promise<{ child: ChildProcess; ports: readonly number[] }> {
  const child = fork(fileURLToPath(new URL('emulator-host.ts', import.meta.url)), [JSON.stringify(hosted)], {
    // s3rver encrypts the marker with which a listing continues, and uses an old cipher for that.
    execArgv: ['--no-deprecation', '--disable-warning=ExperimentalWarning', '--openssl-legacy-provider'],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      AWS_REGION: emulatorRegion,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const what = `the emulator of ${hosted.map(({ kind }) => services[kind]).join(', ')}`;
  const { ports } = (await childReady(child, {
    what,
    advice: 'what it printed is above',
    report,
  })) as HostReady;
  // A test that forgets to stop its emulator still ends: the child notices that its parent is gone.
  child.unref();
  child.channel?.unref();
  return { child, ports };
}

async function stop(child: ChildProcess): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  child.ref();
  if (child.connected) child.disconnect();
  await childEnded(child);
  clearTimeout(timer);
}
