declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** `path`: where LevelDB keeps its files; in memory without it. */
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}

declare module '@20minutes/s3rver' {
  import type { RequestListener } from 'node:http';

  export default class S3rver {
    constructor(options: {
      directory: string;
      silent: boolean;
      vhostBuckets: boolean;
      allowMismatchedSignatures: boolean;
    });
    callback(): RequestListener;
  }
}

/** CommonJS that marks itself as an ES module: Node hands over its exports as the default. */
declare module 'aws-ses-v2-local' {
  import type { Server } from 'node:http';

  const inbox: { default(options: { host: string; port: number }): Promise<Server> };
  export default inbox;
}
