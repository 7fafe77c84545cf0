import { epochSeconds } from '../../platform/clock.ts';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

/** Who has a site, or one of the workspace's places for crawls, now: one job at a time, and one worker at a time. */
export interface LeaseHolder {
  readonly job: ScrapeJobId;
  readonly owner: string;
}

/**
 * Longer than a worker stays silent, and much shorter than a person waits. After a worker has died its leases are free
 * this soon.
 */
const leaseMs = 30_000;
/**
 * So many crawls run at a time: those of a workspace, so that none takes all places, and those of the deployment. The
 * others wait. The queue delivers more messages at a time than that, so short jobs do not wait for crawls.
 */
export const placesFor = { workspace: 2, deployment: 8 };

/** One place among those of the workspace, and one among those of the deployment. */
export interface Places {
  readonly workspace: number;
  readonly deployment: number;
}

const leasesOf = (workspace: WorkspaceId): string => `WS#${workspace}#SITE_LEASES`;
const deploymentPlaces = 'CRAWL_PLACES';

/** Between two slices of a job no worker has its site, but the job keeps it: no worker has this name. */
const nobody = 'nobody';
/** The message of the next slice may come so much later than it should. */
const lateMs = 60_000;

/** Takes or renews the site's lease. False when another worker or another job has it. */
export const takeSite = (
  workspace: WorkspaceId,
  site: string,
  holder: LeaseHolder,
  effects: StoreEffects,
): Promise<boolean> => take(leasesOf(workspace), site, holder, effects);

/** Gives the lease back, if this owner still has it. */
export const leaveSite = (
  workspace: WorkspaceId,
  site: string,
  owner: string,
  effects: StoreEffects,
): Promise<void> => leave(leasesOf(workspace), site, owner, effects);

/**
 * Keeps the site for the next slice of the job, which begins at `next` (epoch milliseconds), if this owner still has
 * the lease. Else another job would visit the pages again that this one has visited.
 */
export async function keepSite(
  workspace: WorkspaceId,
  site: string,
  { job, owner }: LeaseHolder,
  next: number,
  { scraper }: StoreEffects,
): Promise<void> {
  await scraper.update(
    { pk: leasesOf(workspace), sk: site },
    {
      set: { owner: nobody, until: next + lateMs },
      condition: '#job = :job AND #owner = :holder',
      values: { job, holder: owner },
    },
  );
}

/** Takes the places that a crawl needs. Undefined when those of the workspace or of the deployment are all taken. */
export async function takePlaces(
  workspace: WorkspaceId,
  holder: LeaseHolder,
  effects: StoreEffects,
): Promise<Places | undefined> {
  const own = await takeOne(leasesOf(workspace), placesFor.workspace, holder, effects);
  if (own === undefined) return undefined;
  const shared = await takeOne(deploymentPlaces, placesFor.deployment, holder, effects);
  if (shared !== undefined) return { workspace: own, deployment: shared };
  await leave(leasesOf(workspace), placeName(own), holder.owner, effects);
  return undefined;
}

/** False when another worker has one of the places. */
export async function renewPlaces(
  workspace: WorkspaceId,
  places: Places,
  holder: LeaseHolder,
  effects: StoreEffects,
): Promise<boolean> {
  const renewed = await Promise.all([
    take(leasesOf(workspace), placeName(places.workspace), holder, effects),
    take(deploymentPlaces, placeName(places.deployment), holder, effects),
  ]);
  return renewed.every(isOurs => isOurs);
}

export async function leavePlaces(
  workspace: WorkspaceId,
  places: Places,
  owner: string,
  effects: StoreEffects,
): Promise<void> {
  await leave(deploymentPlaces, placeName(places.deployment), owner, effects);
  await leave(leasesOf(workspace), placeName(places.workspace), owner, effects);
}

/** No host has a space in its name. */
const placeName = (place: number): string => `place ${place}`;

async function takeOne(
  pk: string,
  count: number,
  holder: LeaseHolder,
  effects: StoreEffects,
): Promise<number | undefined> {
  for (let place = 0; place < count; place += 1)
    if (await take(pk, placeName(place), holder, effects)) return place;
  return undefined;
}

async function take(
  pk: string,
  sk: string,
  { job, owner }: LeaseHolder,
  effects: StoreEffects,
): Promise<boolean> {
  const now = effects.clock.now();
  const item = await effects.scraper.update(
    { pk, sk },
    {
      set: { job, owner, until: now + leaseMs, expires: epochSeconds(now) + 24 * 3600 },
      condition:
        'attribute_not_exists(pk) OR #until < :now OR #owner = :owner OR (#owner = :nobody AND #job = :job)',
      values: { now, nobody },
    },
  );
  return item !== undefined;
}

async function leave(pk: string, sk: string, owner: string, effects: StoreEffects): Promise<void> {
  await effects.scraper.delete({ pk, sk }, { condition: '#owner = :owner', values: { owner } });
}
