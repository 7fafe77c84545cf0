import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { silentReporter, terminalReporter } from '../../local/start/reporter.ts';
import { type LocalWorld, startLocal } from '../../local/start/world.ts';

export interface WorldOptions {
  /** Where the provider's protocol is spoken, `http://127.0.0.1:PORT/v1`; the provider's own address when absent. */
  openAiBaseUrl?: string;
  /** Without it, answers are extracts. */
  openAiKey?: string;
  model?: string;
  strongModel?: string;
  /** Ranks by meaning too. */
  embedder?: { model: string; baseUrl: string; apiKey: string };
  /** Leaves the knowledge empty. Otherwise the world starts with the sample site learned. */
  skipSampleSite?: boolean;
  /** Builds the pages when they have changed; for tests that open them. */
  pages?: boolean;
  /** Kept when the world stops, so that another can start with it. A temporary one when absent. */
  dataDirectory?: string;
  port?: number;
  /** Shows what the functions complain about; also by `WORLD_OUTPUT=1`. */
  verbose?: boolean;
}

export interface World
  extends Pick<LocalWorld, 'url' | 'port' | 'adminKey' | 'admin' | 'inbox' | 'functionNames'> {
  readonly dataDir: string;
  /** `XDG_STATE_HOME` for a command line that shall find this world's key by its port. */
  readonly stateHome: string;
  readonly keyFile: string;
  /** Kills a function's process: `ChatApi`, `ChatRunWorker`, `AdminApi`, `ScraperScrape`, `ScraperPlans`, `KnowledgeIndexWriter`. */
  kill(functionName: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The whole product as `npm start` runs it, on a free port and with data of its own. Worlds share what was synthesized
 * for the same sources, so all but the first start in a second or two.
 */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const temporary = mkdtempSync(join(tmpdir(), 'switchboard-world-'));
  const stateHome = join(temporary, 'state');
  const verbose = options.verbose ?? process.env['WORLD_OUTPUT'] === '1';
  try {
    const local = await startLocal({
      port: options.port ?? 0,
      dataDirectory: options.dataDirectory ?? join(temporary, 'data'),
      fresh: false,
      model: {
        smallModel: options.model ?? 'gpt-5-mini',
        strongModel: options.strongModel ?? 'gpt-5.1',
        compatibleBaseUrl: '',
        openAiBaseUrl: options.openAiBaseUrl ?? '',
        embeddingModel: options.embedder?.model ?? '',
        embeddingBaseUrl: options.embedder?.baseUrl ?? '',
      },
      modelKeys: options.openAiKey === undefined ? {} : { 'openai-api-key': options.openAiKey },
      embeddingKey: options.embedder?.apiKey,
      buildPages: options.pages ?? false,
      learnSampleSite: !options.skipSampleSite,
      templateCache: join(tmpdir(), `switchboard-templates-${userInfo().uid}`),
      env: { XDG_STATE_HOME: stateHome },
      report: verbose ? terminalReporter : silentReporter,
    });
    await local.sampleLearned;
    return {
      url: local.url,
      port: local.port,
      adminKey: local.adminKey,
      admin: local.admin,
      inbox: local.inbox,
      functionNames: local.functionNames,
      dataDir: local.dataDirectory,
      stateHome,
      keyFile: local.keyFile,
      kill: name => local.kill(name),
      async stop() {
        await local.stop();
        rmSync(temporary, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}
