import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { epochSeconds } from '../../platform/clock.ts';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

/** The address of a job that the discovery is about. */
export interface DiscoveryOf {
  readonly workspace: WorkspaceId;
  readonly job: ScrapeJobId;
  readonly url: string;
}

/** Longer than any job takes. */
const keptSeconds = 7 * 24 * 3600;
/** In bytes. An item of the table has at most 400 KB. */
const pieceSize = 300_000;
const rowSchema = z.object({ of: z.int(), piece: z.instanceof(Uint8Array) });

const discoveryOf = ({ workspace, job, url }: DiscoveryOf) =>
  `WS#${workspace}#DISCOVERY#${job}#${createHash('sha256').update(url).digest('hex').slice(0, 32)}`;

/** What earlier slices of the job have stored of its address. Undefined when there is nothing. */
export async function readPacked(
  of: DiscoveryOf,
  { scraper }: Pick<StoreEffects, 'scraper'>,
): Promise<Uint8Array | undefined> {
  const items = await Array.fromAsync(scraper.query(discoveryOf(of)));
  const rows = items.map(item => parseItem(rowSchema, item));
  // Written in part only, by a worker that died: it is found out anew.
  const isWhole = rows.length > 0 && rows.every(row => row.of === rows.length);
  return isWhole ? Buffer.concat(rows.map(({ piece }) => piece)) : undefined;
}

export async function putPacked(
  of: DiscoveryOf,
  packed: Uint8Array,
  { scraper, clock }: StoreEffects,
): Promise<void> {
  const count = Math.ceil(packed.byteLength / pieceSize);
  await scraper.putAll(
    Array.from({ length: count }, (_, at) => ({
      pk: discoveryOf(of),
      sk: String(at).padStart(3, '0'),
      of: count,
      piece: packed.subarray(at * pieceSize, (at + 1) * pieceSize),
      expires: epochSeconds(clock.now()) + keptSeconds,
    })),
  );
}
