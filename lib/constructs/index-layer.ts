import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Architecture, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { fill } from './bundle.ts';
import { repository } from './bundling.ts';

const native = '@lancedb/lancedb-linux-x64-gnu';

/**
 * The native library of the search index (155 MB), once for all functions that open the index. Node finds it there by
 * NODE_PATH when the bundle requires it.
 */
export class IndexLayer extends LayerVersion {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Native library of LanceDB',
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.X86_64],
      code: fill('node_modules/@lancedb/lancedb', 'native library of the index', directory => {
        const from = join(repository, 'node_modules', native);
        if (!existsSync(from)) {
          throw new Error(
            `${native} is not installed, which Lambda needs: run \`npm ci --os=linux --cpu=x64 --libc=glibc\``,
          );
        }
        cpSync(from, join(directory, 'nodejs/node_modules', native), { recursive: true });
      }),
    });
  }
}
