import * as z from 'zod';
import { modeName, modeOrAll } from '../schema.ts';

const shared = { tag: 'Learning', auth: 'admin' } as const;
const ofMode = z.object({ mode_id: modeName.describe("the mode's name") });
const errors = ['bad_request', 'forbidden', 'not_found'] as const;
const count = z.int().min(0);

const counts = {
  pending_verification: count,
  verified_unchanged: count,
  verified_updated: count,
  verification_failed: count,
  gone: count.describe('pages that were learned and that the site no longer has, of the last 90 days'),
};

/** Visiting learned pages once more. */
export const verifyEndpoints = {
  refreshPage: {
    ...shared,
    summary: 'Visit one page anew and learn what it says now',
    params: z.object({ content_id: z.string().max(2000) }),
    query: z.object({ mode: modeOrAll }),
    reply: z.object({
      status: z.literal('queued'),
      job_id: z.string(),
      mode: z.string(),
      message: z.string(),
    }),
    status: 202,
    errors,
  },
  verifyPages: {
    ...shared,
    summary: 'Look once more, with a browser, at the pages of a mode that wait for it',
    description:
      'It happens by itself a quarter of an hour after each crawl that has learned something. A page of which more than one per cent has changed is learned anew.',
    params: ofMode,
    reply: z.object({ status: z.literal('queued'), job_ids: z.array(z.string()), message: z.string() }),
    status: 202,
    errors,
  },
  readVerification: {
    ...shared,
    summary: 'What became of the pages of a mode, and of the answers that cite them',
    description:
      'Answers of the last 30 days with a passage that its page no longer has. `truncated`: there are more than one report looks at.',
    params: ofMode,
    reply: z.object({
      statistics: z.object({ total: count, ...counts }),
      sites: z.array(z.object({ domain: z.string(), ...counts })),
      affected_answers: z.array(
        z.object({
          run_id: z.string(),
          thread_id: z.string(),
          answered_at: z.string(),
          question: z.string(),
          url: z.string(),
          excerpt: z.string(),
          state: z
            .enum(['changed', 'vanished'])
            .describe('changed: the page says something else; vanished: there is no such page'),
        }),
      ),
      truncated: z.boolean(),
    }),
    errors,
  },
} as const;
