import * as z from 'zod';
import { storedId } from '../../platform/aws/stored.ts';
import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';

/**
 * The messages to the document parser. `parse`: read this document. `uploaded`: its bytes should have come by the
 * upload form. Each may come twice and in any order.
 */
export const parseMessageSchema = z.object({
  kind: z.enum(['parse', 'uploaded']),
  workspace: storedId<WorkspaceId>(),
  document: storedId<DocumentId>(),
});

export type ParseMessage = z.infer<typeof parseMessageSchema>;
