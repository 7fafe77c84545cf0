import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repository } from '../../local/start/repository.ts';

let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'switchboard-checkout-'));
  mkdirSync(join(checkout, 'bin'));
  copyFileSync(join(repository, 'bin/require-node.mjs'), join(checkout, 'bin/require-node.mjs'));
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

/** A program below `root`, run by a Node that says to be of the version. */
const started = (root: string, version = process.versions.node) => {
  const pretends = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  const imports = [`data:text/javascript,${pretends}`, join(root, 'bin/require-node.mjs')];
  const flags = imports.flatMap(file => ['--import', file]);
  return new Promise<{ code: unknown; said: string }>(resolve => {
    execFile(process.execPath, [...flags, '-e', 'console.log("started")'], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stdout + stderr }),
    );
  });
};

it('says to install the packages first, whatever Node it is', async () => {
  const said = 'The packages are not installed yet: run `npm ci` first.\n';
  expect(await started(checkout)).toEqual({ code: 1, said });
  expect(await started(checkout, '18.20.0')).toEqual({ code: 1, said });
});

it.each(['20.20.2', '22.20.0', '24.1.0'])('says which Node is wanted, to %s', async version => {
  const { code, said } = await started(repository, version);
  expect(code).toBe(1);
  expect(said).toMatch(
    new RegExp(`^Switchboard runs on Node\\.js 24\\.2 or later, and this is ${version}: .*npm\\.\\n$`),
  );
});

it.each(['24.2.0', '26.0.0'])('lets %s pass', async version => {
  expect(await started(repository, version)).toEqual({ code: 0, said: 'started\n' });
});
