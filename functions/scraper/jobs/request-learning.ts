import ipaddr from 'ipaddr.js';
import { CallerError, errorText } from '../../platform/errors.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import type { ModeName, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import { cut } from '../../platform/portable/text-length.ts';
import type { LearningEffects } from '../effects.ts';
import { fileTypeNamed } from '../files/file-types.ts';
import { cleanAddress, isTooLong, siteOf } from '../fetch/address.ts';
import {
  checkedAddresses,
  RefusedAddress,
  refuseByForm,
  refuseMetadata,
  refusePrivate,
} from '../fetch/address-guard.ts';
import { defaultMaxPages, hardMaxPages } from '../schema.ts';
import { mustBeAllowed } from '../pages/follow-hosts.ts';
import { queueJob } from './queue-job.ts';
import type { ScrapeJob } from './store.ts';

export interface LearningRequest {
  /** The job's id, where it follows from what the job is for: asking twice is once. */
  readonly id?: ScrapeJobId;
  readonly url: string;
  /** Addresses that the same job learns after it. */
  readonly further?: readonly string[];
  readonly mode: ModeName;
  /** At most `hardMaxPages`. */
  readonly maxPages?: number | undefined;
}

/**
 * Queues a job that learns the address for the mode, which must exist. Throws `bad_request` for a text that is no
 * address, for an address that is not public and for one that the mode refuses. The crawl checks that at every step; here the caller is told at once.
 */
export async function requestLearning(
  workspace: WorkspaceId,
  { id, url, further = [], mode, maxPages }: LearningRequest,
  effects: LearningEffects,
): Promise<ScrapeJob> {
  const addresses = new Map<string, URL>();
  for (const text of [url, ...further]) {
    const address = await checkAddress(text, effects);
    await mustBeAllowed(workspace, mode, address, effects);
    addresses.set(address.href, address);
  }
  const [first, ...others] = addresses.values();
  if (!first) throw refused(url, 'that is no web address');
  return queueJob(
    workspace,
    {
      ...(id === undefined ? {} : { id }),
      type: 'scrape',
      url: first.href,
      site: siteOf(first),
      pending: others.map(({ href }) => href),
      mode,
      maxPages: Math.min(maxPages ?? defaultMaxPages, hardMaxPages),
    },
    effects,
  );
}

/**
 * Those of the addresses that can be learned now, in their clean form, and why another can not: it is gone, no longer
 * public, or of a site that the mode refuses.
 */
export async function usableSites(
  workspace: WorkspaceId,
  { mode, sites }: { readonly mode: ModeName; readonly sites: readonly string[] },
  effects: Pick<LearningEffects, 'resolve' | 'scraper'>,
): Promise<{ usable: string[]; refusals: CallerError[] }> {
  const usable: string[] = [];
  const refusals: CallerError[] = [];
  for (const site of sites) {
    try {
      const address = await checkAddress(site, effects);
      await mustBeAllowed(workspace, mode, address, effects);
      usable.push(address.href);
    } catch (error) {
      if (!(error instanceof CallerError)) throw error;
      refusals.push(error);
    }
  }
  return { usable, refusals };
}

/** The address to learn, in its clean form. Throws `bad_request` with the reason. */
export async function checkAddress(text: string, effects: Pick<LearningEffects, 'resolve'>): Promise<URL> {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (!url || url.hostname === '') throw refused(text, 'that is no web address');
  // With `https://` before them, `javascript:1` would read as a host and its port, and `mailto:a@b` as a user and a
  // host.
  const scheme = /^([a-z][a-z\d+-]*):(?!\/\/)/i.exec(text)?.[1];
  if (scheme !== undefined && scheme.toLowerCase() !== 'localhost')
    throw refused(text, `only http:// and https:// addresses can be learned, not ${scheme}:`);
  if (isTooLong(url.href)) throw refused(text, 'the address is too long');
  const localOrigin = localMode() ? url.origin : undefined;
  try {
    refuseByForm(url, localOrigin);
    if (fileTypeNamed(url)) throw refused(text, 'a file can not be learned by its address; learn a web page');
    const literal = ipaddr.isValid(url.hostname.replace(/^\[|\]$/g, ''));
    const refuse = localOrigin === undefined ? refusePrivate : refuseMetadata;
    if (!literal) await checkedAddresses(url.hostname, effects.resolve, refuse);
  } catch (error) {
    if (error instanceof RefusedAddress) throw refused(text, error.message);
    if (error instanceof CallerError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTFOUND') throw refused(text, `there is no host ${url.hostname}`);
    throw refused(text, `the name ${url.hostname} can not be resolved now (${cut(errorText(error), 80)})`);
  }
  return cleanAddress(url);
}

const refused = (text: string, reason: string): CallerError =>
  new CallerError('bad_request', `can not learn "${cut(text, 200)}": ${reason}`, {
    details: [{ loc: ['body', 'url'], msg: reason, type: 'url' }],
  });
