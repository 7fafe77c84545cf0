import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseItem, storedId } from '../../functions/platform/aws/stored.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';

const schema = z.object({ workspace: storedId<WorkspaceId>(), turns: z.number().default(0) });
const key = { pk: 'WS#acme#TURNS', sk: 'HOUR#2026-03-01T09' };

describe('an item that is read', () => {
  test('comes without its key and without what nobody asked for, and with what it lacks', () => {
    const item = { ...key, workspace: 'acme', expires: 1_800_000_000 };
    expect(parseItem(schema, item)).toEqual({ workspace: 'acme', turns: 0 });
  });

  test('is named when it is not of its form, and nothing that it holds is quoted', () => {
    const item = { ...key, workspace: 'acme', turns: 'a secret text' };
    const read = () => parseItem(schema, item);
    expect(read).toThrow(
      'the item WS#acme#TURNS / HOUR#2026-03-01T09 is not of its form: turns (invalid_type)',
    );
    expect(read).not.toThrow('secret');
  });
});
