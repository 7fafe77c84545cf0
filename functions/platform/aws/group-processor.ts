import { BatchProcessor, EventType } from '@aws-lambda-powertools/batch';
import type { SQSRecord } from 'aws-lambda';

/**
 * Processes a batch of a FIFO queue group after group, the records of one together. Powertools' own FIFO processors
 * hand over one record at a time, where the index writer makes one commit of a group.
 */
export class GroupProcessor extends BatchProcessor {
  readonly #handleGroup: (records: readonly SQSRecord[]) => Promise<void>;

  constructor(handleGroup: (records: readonly SQSRecord[]) => Promise<void>) {
    super(EventType.SQS);
    this.#handleGroup = handleGroup;
  }

  override async process() {
    this.prepare();
    const outcomes = [];
    const records = this.records as SQSRecord[];
    const groups = Map.groupBy(records, ({ attributes }) => attributes.MessageGroupId ?? '');
    for (const group of groups.values()) {
      try {
        await this.#handleGroup(group);
        for (const record of group) outcomes.push(this.successHandler(record, undefined));
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        for (const record of group) outcomes.push(this.failureHandler(record, error));
      }
    }
    this.clean();
    return outcomes;
  }
}
