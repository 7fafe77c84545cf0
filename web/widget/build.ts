import { createHash } from 'node:crypto';
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite';

const here = (path: string): string => new URL(path, import.meta.url).pathname;
/** Where the widget's files are served: the version is that of the protocol between page, script and API. */
const folder = 'widget/v2';

/**
 * Builds the widget beside the pages: `widget.js`, a plain script that other sites include, and the panel that it
 * loads. The panel's name changes with its content. Both are bundled whole, since they run in pages of other sites,
 * which can not read the files of our pages.
 */
export const widgetFiles: Plugin = {
  name: 'widget-files',
  apply: 'build',
  async generateBundle() {
    const panel = await bundle('panel/mount.tsx', 'es', {});
    const hash = digest(panel);
    const panelFile = `panel-${hash}.js`;
    const loader = await bundle('loader/main.ts', 'iife', { panelFile: JSON.stringify(`./${panelFile}`) });
    this.emitFile({ type: 'asset', fileName: `${folder}/${panelFile}`, source: panel });
    this.emitFile({ type: 'asset', fileName: `${folder}/widget.js`, source: loader });
  },
};

/**
 * Keeps only the lexer of marked, which is all that an answer needs. The export `marked` is a function that has all of
 * the library as properties, and a bundler has to keep what is assigned. We do not use that export. In another version
 * of marked this may find nothing to remove; then the check of the widget's size fails.
 */
const lexerAlone: Plugin = {
  name: 'lexer-alone',
  transform: {
    filter: { id: /\/marked\.esm\.js$/ },
    handler(code) {
      const kept = this.parse(code).body.filter(
        statement =>
          statement.type !== 'ExpressionStatement' ||
          statement.expression.type !== 'AssignmentExpression' ||
          statement.expression.left.type !== 'MemberExpression',
      );
      const pure = kept.map(({ type, start, end }) => {
        const text = code.slice(start, end);
        return type === 'VariableDeclaration' ? text.replace('=new ', '=/*@__PURE__*/new ') : text;
      });
      return { code: pure.join('\n'), map: null };
    },
  },
};

async function bundle(entry: string, format: 'es' | 'iife', define: Record<string, string>): Promise<string> {
  const config: InlineConfig = {
    configFile: false,
    root: here('.'),
    logLevel: 'warn',
    publicDir: false,
    plugins: [lexerAlone],
    define: { ...define, 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    build: {
      write: false,
      target: 'es2022',
      // The replacement of `light-dark()` for older browsers would follow the reader's setting and not the page's.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      modulePreload: false,
      rolldownOptions: {
        input: here(entry),
        preserveEntrySignatures: 'strict',
        treeshake: { propertyReadSideEffects: false },
        output: { format, codeSplitting: false, ...(format === 'iife' ? { name: 'switchboardWidget' } : {}) },
      },
    },
  };
  const built = (await build(config)) as Rolldown.RolldownOutput;
  const chunks = built.output.filter(file => file.type === 'chunk');
  const [only] = chunks;
  if (!only || chunks.length > 1)
    throw new Error(`${entry} is not one file: ${chunks.map(({ fileName }) => fileName).join(', ')}`);
  return only.code;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);
