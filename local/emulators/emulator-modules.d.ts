declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** `path`: where LevelDB keeps its files; in memory without it. */
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}

declare module '@20minutes/s3rver' {
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      directory: string;
      silent: boolean;
      vhostBuckets: boolean;
      allowMismatchedSignatures: boolean;
    });
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}

/** CommonJS that marks itself as an ES module: Node hands over its exports as the default. */
declare module 'aws-ses-v2-local' {
  import type { Server } from 'node:http';

  const inbox: { default(options: { host: string; port: number }): Promise<Server> };
  export default inbox;
}
