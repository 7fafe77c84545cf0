import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { widgetFiles } from './widget/build.ts';

const local = (path: string): string => new URL(path, import.meta.url).pathname;

/** Prints what a visitor downloads for each page, gzipped: scripts and styles with all that they import. */
const pageSizes: Plugin = {
  name: 'page-sizes',
  writeBundle(_, bundle) {
    const size = (name: string): number => {
      const file = bundle[name];
      return file ? gzipSync(file.type === 'chunk' ? file.code : file.source).length : 0;
    };
    const withImports = (name: string, seen = new Set<string>()): Set<string> => {
      const file = bundle[name];
      if (file?.type !== 'chunk' || seen.has(name)) return seen;
      seen.add(name);
      for (const imported of file.imports) withImports(imported, seen);
      return seen;
    };
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk' || !file.isEntry) continue;
      const total = [...withImports(file.fileName)].reduce((sum, name) => sum + size(name), 0);
      console.log(`${file.name} page: ${(total / 1000).toFixed(1)} kB of script, gzipped`);
    }
  },
};

export default defineConfig({
  root: local('.'),
  base: '/',
  publicDir: local('public'),
  // The pages run under a policy that allows no inline script, style or data: URL.
  build: {
    outDir: local('../dist/web'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      input: {
        chat: local('index.html'),
        docs: local('docs/index.html'),
        password: local('password/index.html'),
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  plugins: [widgetFiles, pageSizes],
});
