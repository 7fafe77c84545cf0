import { isoTime } from './clock.ts';
import type { Branded } from './ids.ts';

/** An hour of UTC, as `2026-03-01T09`: compares as text. */
export type Hour = Branded<string, 'Hour'>;

export const hourMs = 3_600_000;

export const hourOf = (epochMs: number): Hour => isoTime(epochMs).slice(0, 13) as Hour;

/** Epoch milliseconds at which the hour begins. */
export const hourStart = (hour: Hour): number => Date.parse(`${hour}:00:00Z`);

/** Epoch milliseconds at which the next one begins. */
export const hourEnd = (hour: Hour): number => hourStart(hour) + hourMs;
