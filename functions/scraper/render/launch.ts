import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import { type Binary, chromiumBinary, loadPlaywright } from './binary.ts';

/** A browser of our own, with all of its processes. */
export interface LaunchedBrowser {
  readonly browser: Browser;
  /** The id of its first process and of its process group. */
  readonly pid: number;
  /** `Chromium 153.0.0.0`. */
  readonly version: string;
  /** Whether Chromium's own sandbox is on. It can not be for root, nor on Lambda. */
  readonly sandboxed: boolean;
  /** Ends it. One that does not close in time is killed. Never throws. */
  end(): Promise<void>;
}

const launchMs = 30_000;
const closeMs = 3_000;

const flags = [
  // All connections go through the proxy of the page, those to this machine too. Outside of a page there are none.
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--dns-prefetch-disable',
  '--no-pings',
  '--disable-domain-reliability',
  // What does not go through a proxy.
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  // A page is read, not looked at. The others in the list are Playwright's own, which this one replaces.
  '--blink-settings=imagesEnabled=false,primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4',
  '--disable-remote-fonts',
  '--disable-webgl',
  '--disable-gpu',
  '--disable-software-rasterizer',
  '--in-process-gpu',
  '--disk-cache-size=33554432',
];

interface Way {
  readonly sandboxed: boolean;
  readonly flags: readonly string[];
}

/**
 * How a browser may be started, safest first. The zygote is a process that has the program loaded, of which those of
 * the pages are forked: without it each page starts the whole program, which takes a quarter of a second of processor
 * time more.
 */
const ways: readonly Way[] = [
  { sandboxed: true, flags },
  { sandboxed: false, flags },
  { sandboxed: false, flags: [...flags, '--no-zygote'] },
];
let firstWay = process.getuid?.() === 0 ? 1 : 0;

/**
 * Starts a headless Chromium. Its sandbox is on where the system allows it. Throws when it does not start in 30 s. It
 * ends with this process, also when that is killed: it is led through a pipe, and a browser whose pipe breaks ends.
 */
export async function launchBrowser(clock: Clock): Promise<LaunchedBrowser> {
  const binary = await chromiumBinary();
  let failure: unknown;
  for (const [at, way] of ways.entries()) {
    if (at < firstWay) continue;
    try {
      return await launch(binary, way, clock);
    } catch (error) {
      // There is no better way to know what the system allows than to try. The last way is always tried again.
      failure = error;
      firstWay = Math.max(firstWay, Math.min(at + 1, ways.length - 1));
    }
  }
  throw failure;
}

async function launch(binary: Binary, way: Way, clock: Clock): Promise<LaunchedBrowser> {
  const { program, environment, directory } = binary;
  const pidFile = join(directory, `${randomUUID()}.pid`);
  try {
    const browser = await loadPlaywright().chromium.launch({
      executablePath: program,
      env: { ...environment, CHROMIUM_PID_FILE: pidFile },
      headless: true,
      chromiumSandbox: way.sandboxed,
      args: [...way.flags],
      timeout: launchMs,
    });
    const pid = Number(await readFile(pidFile, 'utf8'));
    const launched: LaunchedBrowser = {
      browser,
      pid,
      version: `Chromium ${browser.version()}`,
      sandboxed: way.sandboxed,
      end: () => end(browser, pid, clock),
    };
    await proveItShows(launched, clock);
    return launched;
  } finally {
    await rm(pidFile, { force: true });
  }
}

/**
 * A browser may run where its pages' processes can not start. Throws when no page opens; the browser has ended then.
 */
async function proveItShows(launched: LaunchedBrowser, clock: Clock): Promise<void> {
  const late = () => new Error('the browser opens no page');
  try {
    await within(launchMs, async () => (await launched.browser.newPage()).close(), late, clock);
  } catch (error) {
    await launched.end();
    throw error;
  }
}

async function end(browser: Browser, pid: number, clock: Clock): Promise<void> {
  const late = () => new Error('the browser does not close');
  await within(closeMs, () => browser.close(), late, clock).catch(() => undefined);
  try {
    // The whole group: a page's process may hang while the browser's has gone.
    process.kill(-pid, 'SIGKILL');
  } catch {
    // None of them is left.
  }
}
