import * as z from 'zod';
import { errorCodes } from '../errors.ts';

const row = z.object({
  loc: z.array(z.union([z.string(), z.int()])).describe('where in the request'),
  msg: z.string(),
  type: z.string(),
});

/** How a refusal is worded, by the shape that a door's contract fixes: what the code sends, for `openapi.json`. */
export const errorBodies = {
  standard: z
    .object({
      error: z.object({
        code: z.enum(errorCodes),
        message: z.string().describe('what happened, to which input, and what to do'),
        details: z.unknown().optional().describe('of refused input: rows of loc, msg and type'),
        request_id: z.string().optional().describe('to quote, of `internal`'),
      }),
    })
    .meta({ id: 'Error' }),
  detail: z
    .object({
      detail: z.union([z.string(), z.array(row), z.looseObject({})]),
      request_id: z.string().optional(),
    })
    .meta({ id: 'DetailError' }),
  widget: z
    .object({
      error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
      retryAfter: z.int().optional().describe('seconds, of RATE_LIMITED'),
      traceId: z.string().optional().describe('to quote, of a failure on our side'),
    })
    .meta({ id: 'WidgetError' }),
};
export type ErrorShape = keyof typeof errorBodies;
