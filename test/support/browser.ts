import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import packed from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const run = promisify(execFile);

/**
 * Left out of the packed browser's own flags: in a single process closing a context kills the browser, and the others
 * switch off the very protections that a page is tested under.
 */
const unwanted = new Set([
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
  "--headless='shell'",
]);
/** A test's browser talks to the page's server and to nobody else. */
const quiet = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless Chromium: the packed one, or the system's where that one does not start. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  packed.setGraphicsMode = false;
  const args = [...packed.args.filter(flag => !unwanted.has(flag)), ...quiet];
  const system = '/usr/bin/chromium';
  const executablePath = await unpack().catch((error: unknown) => {
    if (existsSync(system)) return system;
    throw error;
  });
  return chromium.launch({ executablePath, args, headless: true });
}

/**
 * The packed browser's path. Test files run in several processes, and the package unpacks without a lock into one
 * place: whoever makes the directory unpacks, the others wait. A copy that was cut short is made anew.
 */
async function unpack(): Promise<string> {
  const binary = join(tmpdir(), 'chromium');
  const lock = join(tmpdir(), 'chromium-unpacking');
  for (;;) {
    const locked = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (locked) break;
    // Unpacking takes seconds: an older lock belongs to a process that was killed.
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 90_000) await rm(lock, { recursive: true, force: true });
    await sleep(100);
  }
  try {
    if (existsSync(binary) && !(await starts(binary))) await rm(binary, { force: true });
    return await packed.executablePath();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

const starts = (binary: string): Promise<boolean> =>
  run(binary, ['--no-sandbox', '--version'], { timeout: 20_000 }).then(
    () => true,
    () => false,
  );

/** A page in a context of its own, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Console errors (violations of the content policy among them) and uncaught exceptions, in order. */
  readonly problems: string[];
  /** Requests to another origin than the first page's. */
  readonly foreignRequests: string[];
  readonly close: () => Promise<void>;
}

/** Opens the URL in a context of its own, as a new visitor. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems: string[] = [];
  const foreignRequests: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', error => problems.push(`uncaught ${error.message}`));
  page.on('request', request => {
    if (new URL(request.url()).origin !== new URL(url).origin) foreignRequests.push(request.url());
  });
  await page.goto(url);
  return { page, problems, foreignRequests, close: () => context.close() };
}

/** What axe finds on the page as it is now: one line a violation, with the elements. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => node.target.join(' ')).join(', ')}`,
  );
}
