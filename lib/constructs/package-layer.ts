import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Architecture, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import * as z from 'zod';
import { fill } from './bundle.ts';
import { repository } from './bundling.ts';

const manifest = z.object({
  description: z.string().optional(),
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  /** Folders of packages, and packages that others name, which the layer does without: `name/folder`. */
  leaveOut: z.array(z.string()).default([]),
});

const read = (directory: string) =>
  manifest.parse(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')));

/** A layer of the packages that `layers/<folder>/package.json` names, once for all functions that need them. */
export class PackageLayer extends LayerVersion {
  constructor(scope: Construct, id: string, folder: string) {
    const { description = folder } = read(join(repository, 'layers', folder));
    super(scope, id, {
      description,
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.X86_64],
      code: fill(join('layers', folder), `layer ${folder}`, directory => writeLayer(folder, directory)),
    });
  }
}

/**
 * Copies the packages of the layer to where Node finds them by NODE_PATH. Throws where one is not installed, is of
 * another version than the layer says, or needs a package that the layer does not name.
 */
export function writeLayer(folder: string, directory: string): void {
  const { dependencies, leaveOut } = read(join(repository, 'layers', folder));
  for (const [name, version] of Object.entries(dependencies)) {
    const from = join(repository, 'node_modules', name);
    if (!existsSync(from)) {
      throw new Error(
        `${name} is not installed, which Lambda needs: run \`npm ci --os=linux --cpu=x64 --libc=glibc\``,
      );
    }
    const installed = read(from);
    if (installed.version !== version) {
      throw new Error(
        `layers/${folder} names ${name} ${version}, and ${String(installed.version)} is installed`,
      );
    }
    const missing = Object.keys(installed.dependencies).filter(
      needed => !(needed in dependencies) && !leaveOut.includes(needed),
    );
    if (missing.length > 0)
      throw new Error(`layers/${folder} does not name what ${name} needs: ${missing.join(', ')}`);
    const left = new Set(leaveOut.map(path => join(repository, 'node_modules', path)));
    cpSync(from, join(directory, 'nodejs/node_modules', name), {
      recursive: true,
      filter: path => !left.has(path),
    });
  }
}
