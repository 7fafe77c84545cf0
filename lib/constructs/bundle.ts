import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { repository } from './bundling.ts';

const bundling = fileURLToPath(new URL('./bundling.ts', import.meta.url));

/**
 * The code of a function whose source file is `entry`, bundled without Docker or network. Two functions of one entry
 * share one asset.
 */
export function bundleOf(entry: string): Code {
  return fill('functions', `bundle ${entry}`, directory => {
    execFileSync(process.execPath, [bundling, entry, directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  });
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
