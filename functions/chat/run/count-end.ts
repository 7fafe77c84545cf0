import type { Effects } from '../../platform/effects.ts';
import type { Turn } from './turn.ts';

/** Counts a run that has ended, by its status. */
export function countEnd(status: Turn['status'], { metrics }: Pick<Effects, 'metrics'>): void {
  metrics.add('RunFinished', 1, 'Count', { status });
  metrics.add('RunFailed', status === 'error' ? 1 : 0, 'Count');
}
