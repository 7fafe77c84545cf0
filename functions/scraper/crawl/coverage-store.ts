import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { epochSeconds } from '../../platform/clock.ts';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { type CoverageReport, coverageReport } from './schema.ts';

const rowSchema = z.object({ url: z.string(), site: z.string(), report: coverageReport });

/** The coverage of one of a job's addresses. */
export type SiteCoverage = z.output<typeof rowSchema>;

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

/** As long as jobs are kept. */
const keptSeconds = 90 * 24 * 3600;

const coverageOf = (workspace: WorkspaceId, job: ScrapeJobId) => `WS#${workspace}#COVERAGE#${job}`;

/** Stores the report of the address. A later slice of the job writes it anew. At most 40 reasons of 20 addresses. */
export async function putCoverage(
  workspace: WorkspaceId,
  job: ScrapeJobId,
  of: { readonly url: string; readonly site: string; readonly report: CoverageReport },
  { scraper, clock }: StoreEffects,
): Promise<void> {
  await scraper.put({
    pk: coverageOf(workspace, job),
    sk: of.url.slice(0, 1000),
    ...of,
    expires: epochSeconds(clock.now()) + keptSeconds,
  });
}

/** The reports of the job, one for each of its addresses that was crawled. */
export const readCoverage = (
  workspace: WorkspaceId,
  job: ScrapeJobId,
  { scraper }: Pick<StoreEffects, 'scraper'>,
): Promise<SiteCoverage[]> =>
  Array.fromAsync(scraper.query(coverageOf(workspace, job)), item => parseItem(rowSchema, item));
