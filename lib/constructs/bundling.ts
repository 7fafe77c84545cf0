import { fileURLToPath } from 'node:url';
import { build, type InputOptions, type OutputChunk, type Plugin } from 'rolldown';

/** The root of the repository, which entries are relative to. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Writes what Lambda runs of the function whose source file is `entry`: `index.mjs`, and in `chunks/` what it imports.
 * Deployments and the cold start bench use it, so the bench measures what ships. Each file costs a start about half a
 * millisecond, so all that a start reads is one chunk, and what several doors share is another. Packages that are
 * imported later are chunks of their own, which a start does not read. Resolves with the chunks as they were written.
 */
export async function writeBundle(entry: string, directory: string): Promise<readonly OutputChunk[]> {
  const atOnce = await importedAtOnce(entry);
  const { output } = await build({
    ...input(entry),
    output: {
      dir: directory,
      format: 'esm',
      minify: true,
      comments: false,
      entryFileNames: 'index.mjs',
      chunkFileNames: 'chunks/[name]-[hash].mjs',
      codeSplitting: {
        // A group takes what it names and no more: what an `index.ts` imports for others would follow it.
        includeDependenciesRecursively: false,
        groups: [
          { name: 'at-once', test: id => atOnce.has(id), priority: 1 },
          {
            name: 'shared',
            // Not the models' word lists, which take longer to prepare than most requests last.
            test: id => isOurs(id) && !id.startsWith(`${repository}functions/assistant/extracts/`),
            minShareCount: 2,
          },
        ],
      },
    },
  });
  return output.filter(written => written.type === 'chunk');
}

const isOurs = (id: string): boolean => id.startsWith(`${repository}functions/`);

const input = (entry: string): InputOptions => ({
  cwd: repository,
  input: { index: entry },
  platform: 'node',
  logLevel: 'silent',
  resolve: { mainFields: ['module', 'main'] },
  // The native file comes with the layer; embedding models are reached over HTTP, never run inside a function.
  external: [/^@lancedb\/lancedb-/, '@huggingface/transformers'],
});

/** The modules of which a cold start runs anything: those that are left when what is imported later is left out. */
async function importedAtOnce(entry: string): Promise<ReadonlySet<string>> {
  const withoutLater: Plugin = {
    name: 'without-later',
    resolveDynamicImport: specifier =>
      typeof specifier === 'string' ? { id: specifier, external: true } : null,
  };
  const { output } = await build({ ...input(entry), plugins: [withoutLater], write: false });
  const modules = output.flatMap(written =>
    written.type === 'chunk' ? Object.entries(written.modules) : [],
  );
  return new Set(modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => id));
}

// `bundling.ts ENTRY DIRECTORY`: a process of its own, since the bundler is asynchronous and a synthesis is not.
if (import.meta.main) await writeBundle(process.argv[2] ?? '', process.argv[3] ?? '');
