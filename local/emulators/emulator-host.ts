import '../functions/compile-cache.ts';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../start/exclusive-lock.ts';
import { type EmulatorKind, type RunningEmulator, runEmulator } from './run-emulator.ts';

/**
 * A process that runs emulators: `emulator-host.ts EMULATORS`. It sends their ports to its parent over IPC once all of
 * them listen. It ends when the parent disconnects, so a killed parent leaves no process behind.
 */
export interface HostedEmulator {
  readonly kind: EmulatorKind;
  /** A port of 127.0.0.1; 0 for any free one. */
  readonly port: number;
  /** The directory of its files, for an emulator that keeps them. */
  readonly dir?: string | undefined;
}

/** In the order in which the emulators were asked for. */
export interface HostReady {
  readonly ports: readonly number[];
}

const leaveWithinMs = 2_000;

const wanted: HostedEmulator[] = JSON.parse(process.argv[2] ?? '[]');
const running: RunningEmulator[] = [];
let leaving = false;

// Ctrl-C reaches the whole process group: the parent decides the order in which things stop.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) process.on(signal, () => {});
process.on('disconnect', () => {
  leaving = true;
  setTimeout(() => process.exit(1), leaveWithinMs).unref();
  if (running.length === wanted.length) void leave();
});

async function leave(): Promise<never> {
  await Promise.all(running.map(emulator => emulator.close()));
  process.exit(0);
}

for (const { dir } of wanted) {
  if (dir === undefined) continue;
  mkdirSync(dir, { recursive: true });
  // The process of a killed start may still be closing the same files.
  if (!takeLock(join(dir, 'process.lock'), 2 * leaveWithinMs)) throw new Error(`${dir} is in use`);
}
const portOf = (kind: EmulatorKind) => running[wanted.findIndex(one => one.kind === kind)]?.port;
for (const { kind, port, dir } of wanted) running.push(await runEmulator(kind, port, dir, portOf('sqs')));
if (leaving) await leave();
const ready: HostReady = { ports: running.map(({ port }) => port) };
process.send?.(ready, undefined, undefined, () => {});
