import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { bundling } from './bundling.ts';

/** The root of the repository, which entries are relative to. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The code of a function whose source file is `entry`: `index.mjs` and the files that it loads later. Bundled by esbuild in this process: no
 * Docker, no network. Two functions of one entry share one asset.
 */
export function bundleOf(entry: string): Code {
  return fill('functions', `bundle ${entry}`, directory =>
    buildSync({
      ...bundling,
      absWorkingDir: repository,
      entryPoints: { index: entry },
      outdir: directory,
    }),
  );
}

/** An asset whose files `write` puts into a directory. `what` tells it from other assets of the same source folder. */
export function fill(source: string, what: string, write: (directory: string) => void): Code {
  return Code.fromAsset(join(repository, source), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('docker-is-not-used'),
      command: [what],
      local: {
        tryBundle(directory) {
          write(directory);
          return true;
        },
      },
    },
  });
}
