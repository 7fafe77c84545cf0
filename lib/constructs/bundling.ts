import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/**
 * How a function's source becomes what Lambda runs: by `function.ts` on deployment and by the cold start bench, so what is
 * measured is what ships. Lazily imported packages become files of their own (`splitting`), which a cold start neither
 * reads nor parses.
 */
export const bundling = {
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  minify: true,
  keepNames: false,
  mainFields: ['module', 'main'],
  conditions: ['module'],
  legalComments: 'none',
  logLevel: 'error',
  sourcemap: false,
  treeShaking: true,
  // Packages in CommonJS ask for Node's modules, and LanceDB for its native file, by `require`.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  alias: {
    '@lancedb/lancedb': fileURLToPath(new URL('./lancedb.ts', import.meta.url)),
  },
  // The native file comes with the layer; embedding models are reached over HTTP, never run inside a function.
  external: ['@lancedb/lancedb-*', '@huggingface/transformers', 'bufferutil', 'utf-8-validate', 'canvas'],
} as const satisfies BuildOptions;
