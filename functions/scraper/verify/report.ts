import { type CitingAnswer, answersCiting, type UsageEffects } from '../../analytics/index.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { getPages, type PageRecord } from '../crawl/page-store.ts';
import { holdsPassage } from '../crawl/text-fingerprint.ts';
import type { LearningEffects } from '../effects.ts';
import { type ListedPage, listPages } from '../pages/list-pages.ts';
import { listChanges, type PageChange } from './change-store.ts';

export type ReportEffects = LearningEffects & Pick<UsageEffects, 'analytics'>;

/** How many pages are in each state. `gone`: pages that were learned and that the site no longer has. */
export interface VerificationCounts {
  readonly pending: number;
  readonly unchanged: number;
  readonly updated: number;
  readonly failed: number;
  readonly gone: number;
}

/** A passage of a given answer that its page no longer has. */
export interface AffectedAnswer extends Omit<CitingAnswer, 'passages'> {
  readonly url: string;
  readonly excerpt: string;
  /** `changed`: the page has other words there. `vanished`: there is no such page any more. */
  readonly state: 'changed' | 'vanished';
}

export interface VerificationReport {
  readonly total: VerificationCounts;
  readonly sites: readonly (VerificationCounts & { readonly domain: string })[];
  readonly answers: readonly AffectedAnswer[];
  /** False when there are more turns or affected answers than a report looks at. */
  readonly complete: boolean;
}

/** What one report looks at: a month of turns, as many as are read in a few seconds. */
const limits = { days: 30, mostTurns: 5_000, mostAnswers: 200 };

/** What became of the learned pages of the mode since they were learned, and of the answers that cite them. */
export async function verificationReport(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: ReportEffects,
): Promise<VerificationReport> {
  const [pages, changes] = await Promise.all([
    listPages(workspace, mode, effects),
    listChanges(workspace, effects),
  ]);
  const learned = pages.filter(({ record }) => record.outcome === 'learned');
  const sites = new Set(learned.map(({ site }) => site));
  const gone = changes.filter(({ kind, site }) => kind === 'gone' && sites.has(site));
  const times = new Map(changes.map(({ document, at }) => [document as string, at]));
  const { answers, complete } = await answersCiting(workspace, times, limits, effects);
  const affected = await affectedAmong(
    workspace,
    answers.filter(answer => answer.mode === mode),
    changes,
    effects,
  );
  return {
    total: countsOf(learned, gone),
    sites: [...sites].map(domain => ({
      domain,
      ...countsOf(
        learned.filter(({ site }) => site === domain),
        gone.filter(({ site }) => site === domain),
      ),
    })),
    answers: affected.slice(0, limits.mostAnswers),
    complete: complete && affected.length <= limits.mostAnswers,
  };
}

function countsOf(pages: readonly ListedPage[], gone: readonly PageChange[]): VerificationCounts {
  const having = (status: string): number =>
    pages.filter(({ record }) => (record.verification?.status ?? 'pending_verification') === status).length;
  return {
    pending: having('pending_verification'),
    unchanged: having('verified_unchanged'),
    updated: having('verified_updated'),
    failed: having('verification_failed'),
    gone: gone.length,
  };
}

async function affectedAmong(
  workspace: WorkspaceId,
  answers: readonly CitingAnswer[],
  changes: readonly PageChange[],
  effects: ReportEffects,
): Promise<AffectedAnswer[]> {
  const changeOf = new Map(changes.map(change => [change.document as string, change]));
  const records = new Map<string, PageRecord>();
  const cited = answers.flatMap(({ passages }) => passages.flatMap(({ id }) => changeOf.get(id) ?? []));
  for (const [site, ofSite] of Map.groupBy(cited, change => change.site)) {
    const keys = [...new Set(ofSite.map(({ key }) => key))];
    for (const record of await getPages(workspace, site, keys, effects)) records.set(record.key, record);
  }
  return answers.flatMap(({ passages, ...answer }) =>
    passages.flatMap(({ id, excerpt }): AffectedAnswer[] => {
      const change = changeOf.get(id);
      const state = change && stateOf(change, records.get(change.key), excerpt);
      return change && state ? [{ ...answer, url: change.url, excerpt, state }] : [];
    }),
  );
}

/** Undefined when the page still has the passage. */
function stateOf(
  { kind, document }: PageChange,
  record: PageRecord | undefined,
  excerpt: string,
): AffectedAnswer['state'] | undefined {
  // A page that came back has a record again.
  if (record?.document !== document) return kind === 'gone' || record === undefined ? 'vanished' : 'changed';
  return record.fingerprint && excerpt !== '' && holdsPassage(record.fingerprint, excerpt)
    ? undefined
    : 'changed';
}
