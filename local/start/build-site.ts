import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { takeLock } from './exclusive-lock.ts';
import { fileFingerprint, repository } from './repository.ts';

const dist = join(repository, 'dist');
export const siteDirectory = join(dist, 'web');
const built = join(dist, 'web.sources');

const buildWithinMs = 120_000;

/**
 * Builds the pages with Vite when their sources have changed since the last build. Processes that want the same wait
 * for the one that builds. The finished build replaces the old one at once. Throws with what Vite printed when it
 * fails.
 */
export async function buildSite(): Promise<void> {
  await mkdir(dist, { recursive: true });
  const until = Date.now() + buildWithinMs;
  for (;;) {
    const wanted = await sourceFingerprint();
    if (existsSync(siteDirectory) && (await readFile(built, 'utf8').catch(() => '')) === wanted) return;
    const lock = takeLock(join(dist, 'web.lock'));
    if (lock) {
      try {
        return await build(wanted);
      } finally {
        lock.release();
      }
    }
    if (Date.now() > until) throw new Error('another process has been building the pages for two minutes');
    await delay(100);
  }
}

async function build(wanted: string): Promise<void> {
  const out = join(dist, `web.${process.pid}`);
  const vite = join(repository, 'node_modules/vite/bin/vite.js');
  try {
    await promisify(execFile)(
      process.execPath,
      [vite, 'build', 'web', '--outDir', out, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: repository, timeout: buildWithinMs },
    );
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    throw new Error(`the pages do not build:\n${`${stdout ?? ''}${stderr ?? ''}`.trim()}`, { cause: error });
  }
  await rm(siteDirectory, { recursive: true, force: true });
  await rename(out, siteDirectory);
  await writeFile(built, wanted);
}

const sourceFingerprint = async (): Promise<string> => fileFingerprint(await siteSources());

/** What a build is made from, by its path from the root: the pages, and what they share with the API. */
export async function siteSources(): Promise<string[]> {
  const folders = ['web', 'functions/platform/portable'].map(async folder => {
    const files = await readdir(join(repository, folder), { recursive: true });
    return files.map(file => join(folder, file));
  });
  return ['package-lock.json', ...(await Promise.all(folders)).flat()];
}
