import * as z from 'zod';
import { scrapeJobId, scrapeStatus } from '../schema.ts';

const value = z.union([z.string().max(500), z.number(), z.boolean()]);

/** The elements that are wanted. */
export const target = z.object({
  type: z
    .string()
    .trim()
    .regex(/^[a-z][\w-]{0,63}$/i, 'the name of an element, like `div`'),
  selectors: z
    .record(
      z.string().regex(/^[\w:.-]{1,100}$/, 'the name of an attribute'),
      z.union([value, z.array(value).max(20), z.null()]),
    )
    .refine(selectors => Object.keys(selectors).length <= 20, 'at most 20 attributes')
    .describe('`id`, `class` (all that are named), or any attribute; null or true: it has the attribute'),
});
export type Target = z.output<typeof target>;

export const targetRequest = z.object({
  url: z.string().trim().min(1).max(2000),
  options: z
    .record(z.string().min(1).max(100), z.union([value, z.array(value).max(50), z.null()]))
    .refine(options => Object.keys(options).length <= 50, 'at most 50 parameters')
    .default({})
    .describe('put into the query of the address, in place of what it has: lists repeat, null is skipped'),
  target,
  execution: z.enum(['async', 'sync']).default('async'),
  timeout_ms: z.int().min(1).max(300_000).default(30_000),
});
export type TargetRequest = z.output<typeof targetRequest>;

export const targetMatch = z.object({
  text: z.string(),
  html: z.string().describe('as the page has it; cut where it is long'),
  attributes: z.record(z.string(), z.string()),
  extracted_information: z
    .record(z.string(), z.string())
    .describe('the lines that read like labels, each with the lines below it'),
});
export type TargetMatch = z.output<typeof targetMatch>;

export const targetResult = z.object({ match_count: z.int().min(0), matches: z.array(targetMatch) });
export type TargetResult = z.output<typeof targetResult>;

/** Why a job found nothing: for the caller who waits for it. */
export const targetFailure = z.enum(['no_match', 'timeout']);
export type TargetFailure = z.output<typeof targetFailure>;

export const targetReply = z.object({
  status: scrapeStatus,
  job_id: z.string(),
  result: targetResult.optional(),
  error: z.string().optional(),
});

export const targetParams = z.object({ job_id: scrapeJobId });
