import { createReadStream, createWriteStream } from 'node:fs';
import { access, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import type * as Packed from '@sparticuz/chromium';
import type * as Playwright from 'playwright-core';

/**
 * The layer brings the packages, and on Lambda only `require` finds those of a layer. They are loaded with the first
 * page.
 */
const load = createRequire(import.meta.url);

/** The file that a package's users load. */
export const packagePath = (name: string): string => load.resolve(name);

export const loadPlaywright = (): typeof Playwright => load('playwright-core');

export interface Binary {
  /** The program that starts the browser. */
  readonly program: string;
  /** The environment that it needs. Nothing of our own environment, in which credentials are. */
  readonly environment: Readonly<Record<string, string>>;
  /** The browser's own files. */
  readonly directory: string;
}

/**
 * The browser of the package `@sparticuz/chromium`, unpacked once: 3 s and 210 MB. Several processes may ask for it at
 * the same time. The directory belongs to this user alone, so that nobody else can put a program there.
 */
export async function chromiumBinary(): Promise<Binary> {
  const packed = join(dirname(packagePath('@sparticuz/chromium')), '../bin');
  const directory = join(tmpdir(), `switchboard-chromium-153-${process.getuid?.() ?? 0}`);
  await ownDirectory(directory);
  await unpack(join(packed, 'chromium.br'), join(directory, 'chromium'));
  const onLambda = process.env['AWS_EXECUTION_ENV'] !== undefined;
  // Amazon Linux has neither the libraries nor the fonts. The package puts them into /tmp.
  if (onLambda) {
    const { inflate } = load('@sparticuz/chromium') as typeof Packed;
    await Promise.all(['al2023.tar.br', 'fonts.tar.br'].map(file => inflate(join(packed, file))));
  }
  return {
    program: await starter(directory),
    environment: {
      PATH: '/usr/bin:/bin',
      HOME: directory,
      TZ: 'UTC',
      ...(onLambda
        ? { LD_LIBRARY_PATH: join(tmpdir(), 'al2023/lib'), FONTCONFIG_PATH: join(tmpdir(), 'fonts') }
        : {}),
    },
    directory,
  };
}

async function ownDirectory(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { uid, mode } = await lstat(directory);
  if (uid !== (process.getuid?.() ?? uid) || (mode & 0o077) !== 0) {
    throw new Error(`${directory} is not this user's alone: delete it, the browser is unpacked there`);
  }
}

/** The file appears whole or not at all, so no other process starts half a browser. */
async function unpack(from: string, to: string): Promise<void> {
  if (await exists(to)) return;
  const part = `${to}.${process.pid}`;
  try {
    const file = createWriteStream(part, { mode: 0o700 });
    await pipeline(createReadStream(from), createBrotliDecompress({ chunkSize: 2 ** 21 }), file);
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * Starts the browser without core dumps, which fill /tmp on Lambda, and writes down its process id: whoever kills the
 * browser needs it. `exec` keeps the id.
 */
const script = `#!/bin/sh
ulimit -c 0
echo $$ > "$CHROMIUM_PID_FILE"
exec "$(dirname "$0")/chromium" "$@"
`;

async function starter(directory: string): Promise<string> {
  const program = join(directory, 'start-chromium');
  if (await exists(program)) return program;
  const part = `${program}.${process.pid}`;
  await writeFile(part, script, { mode: 0o700 });
  await rename(part, program);
  return program;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
