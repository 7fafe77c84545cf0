import * as z from 'zod';

/** A caller may write an id in capitals; it is kept in lower case. */
export const uuid = z.guid('not a UUID').toLowerCase();
export const time = z.iso.datetime({ offset: true });
export const notBlank = (text: string) => text.trim() !== '';

export const contentLength = 8_000;
/** For all doors but the widget's, whose questions are shorter. */
export const wholeQuestion = z.string().max(contentLength).refine(notBlank, 'must not be blank');

export const runStatus = z.enum(['queued', 'running', 'done', 'error', 'canceled']);
export type RunStatus = z.output<typeof runStatus>;

/** For a run and its stream, at all doors. */
export const runParams = z.object({ run_id: uuid });
export const resumeHeaders = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .describe('the id of the last event that was received; anything but digits counts as 0'),
});

/** The files are read with the question, and stored in one item of the table. */
export const attachedLimits = { files: 3, characters: 60_000 };
