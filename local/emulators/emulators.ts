import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A stand-in of one AWS service in a process of its own, on a free port of 127.0.0.1. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`, for the `AWS_ENDPOINT_URL_*` variables and for clients in tests. */
  readonly endpoint: string;
  /** Closes the files of a persistent emulator and ends its process; at the latest after three seconds. */
  stop(): Promise<void>;
}

/** What the emulators accept; s3rver takes this key alone. Not a secret: they listen on the loopback interface only. */
export const emulatorCredentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;
export const emulatorRegion = 'us-east-1';
/** The account in the ARNs and URLs that the emulators make. */
export const emulatorAccount = '000000000000';

const startWithinMs = 30_000;
const stopWithinMs = 3_000;
const restartAfterMs = 500;

/** DynamoDB (dynalite): in memory, or kept below `dir`. */
export const startDynamo = (dir?: string): Promise<Emulator> => start('dynamo', dir);

/** SQS (fauxqs): in memory, or kept below `dir`. ChangeMessageVisibility(0) loses a kept message: use one second. */
export const startSqs = (dir?: string): Promise<Emulator> => start('sqs', dir);

/** S3 (s3rver): files below `dir`, or below a temporary directory that goes with the process. */
export const startS3 = (dir?: string): Promise<Emulator> => start('s3', dir, ['--openssl-legacy-provider']);

/** Cognito user pools (cognito-local): files below `dir`, or below a temporary directory that goes with the process. */
export const startCognito = (dir?: string): Promise<Emulator> => start('cognito', dir);

/** SES v2 (aws-ses-v2-local), which delivers nothing: mails are read at `/` by a person and at `/store` as JSON. In memory. */
export const startSes = (): Promise<Emulator> => start('ses', undefined);

/** A persistent emulator that dies is started again on its port: its clients see a short outage. */
async function start(kind: string, dir: string | undefined, execArgv: string[] = []): Promise<Emulator> {
  const life = { stopped: false };
  // Some choose their port before they listen on it, so another process may take it in between.
  const begin = () => startOnce(kind, 0, dir, execArgv);
  let { child, port } = await begin().catch(begin);
  const watch = () => {
    if (dir === undefined) return;
    child.once('exit', () => void restart(dir));
  };
  const restart = async (kept: string) => {
    while (!life.stopped) {
      try {
        ({ child } = await startOnce(kind, port, kept, execArgv));
        if (life.stopped) await stop(child);
        return watch();
      } catch {
        await delay(restartAfterMs);
      }
    }
  };
  watch();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop() {
      life.stopped = true;
      return stop(child);
    },
  };
}

async function startOnce(
  kind: string,
  port: number,
  dir: string | undefined,
  execArgv: string[],
): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(
    fileURLToPath(new URL('emulator-host.ts', import.meta.url)),
    [kind, String(port), ...(dir ? [dir] : [])],
    {
      execArgv: ['--no-deprecation', '--disable-warning=ExperimentalWarning', ...execArgv],
      env: {
        PATH: process.env['PATH'],
        TMPDIR: process.env['TMPDIR'],
        AWS_REGION: emulatorRegion,
        AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const listening = await portOf(kind, child);
  // A test that forgets to stop its emulator still ends: the child notices that its parent is gone.
  child.unref();
  child.channel?.unref();
  return { child, port: listening };
}

function portOf(kind: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the ${kind} emulator did not start within ${startWithinMs / 1000} s`));
    }, startWithinMs);
    child.once('exit', code => {
      clearTimeout(timer);
      reject(new Error(`the ${kind} emulator ended while starting (exit code ${code})`));
    });
    child.once('message', message => {
      clearTimeout(timer);
      resolve((message as { port: number }).port);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    child.ref();
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    if (child.connected) child.disconnect();
  });
}
