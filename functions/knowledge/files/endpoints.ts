import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { routes } from '../../route-registry.ts';
import * as schema from './schema.ts';

const shared = { tag: 'Documents', auth: 'admin' } as const;
const poll = z.object({ 'If-None-Match': z.string().optional() });
const known = ['bad_request', 'forbidden', 'not_found'] as const;
const form = { lists: { file: 'files' }, upload: true } as const;
const largeFiles = 'A file of more than 4 MB is announced at `POST /admin/documents/uploads` instead.';

export const documentEndpoints = endpoints(routes.knowledge.documents, {
  listDocuments: {
    ...shared,
    summary: 'The documents of the workspace, the newest first',
    query: schema.listQuery,
    reply: z.object({ documents: z.array(schema.describedDocument) }),
    errors: known,
  },
  addDocument: {
    ...shared,
    ...form,
    summary: 'Add a document to a mode: a file, a text of your own, or both',
    description: `It is read after the reply. A file of the same name and tag takes the place of the earlier one as soon as it answers; the same bytes twice are one document. ${largeFiles}`,
    form: schema.newDocument,
    reply: schema.describedDocument,
    status: 201,
    errors: known,
  },
  announceUpload: {
    ...shared,
    summary: 'Announce a large file, and get the form by which to send it',
    description:
      'Up to 50 MB. Send the form to the returned address, then tell `POST /admin/documents/{document_id}/uploaded`. When nobody tells, the file is looked for after a quarter of an hour.',
    body: schema.announcement,
    reply: schema.announced,
    status: 201,
    errors: [...known, 'too_large'],
  },
  finishUpload: {
    ...shared,
    summary: 'Tell that the bytes of an announced file are there',
    params: schema.ofDocument,
    reply: schema.uploadedReply,
    status: 202,
    errors: known,
  },
  readDocument: {
    ...shared,
    summary: 'One document, and how far it is',
    description: 'Poll it with `If-None-Match`: 304 means no progress since.',
    params: schema.ofDocument,
    headers: poll,
    reply: schema.describedDocument,
    errors: known,
  },
  changeDocument: {
    ...shared,
    summary: 'Change what is said of a document',
    description: 'What the body leaves out stays as it is. A new title is read into the index.',
    params: schema.ofDocument,
    body: schema.documentChange,
    reply: schema.describedDocument,
    errors: known,
  },
  deleteDocument: {
    ...shared,
    summary: 'Delete a document',
    description: 'Its bytes and its passages go. Answers use it no more within seconds.',
    params: schema.ofDocument,
    reply: z.object({ status: z.literal('deleted') }),
    errors: known,
  },
  downloadDocument: {
    ...shared,
    summary: 'A link by which a document is stored on your disk',
    params: schema.ofDocument,
    reply: schema.downloadReply,
    errors: known,
  },
  retryDocument: {
    ...shared,
    summary: 'Read a document again',
    description: 'After a failure, or when a newer version of this product reads it better.',
    params: schema.ofDocument,
    reply: schema.uploadedReply,
    status: 202,
    errors: known,
  },
  uploadDocument: {
    ...shared,
    ...form,
    summary: 'Upload a document for the default mode',
    description: largeFiles,
    form: schema.dashboardUpload,
    reply: schema.uploadedReply,
    errors: known,
  },
  readDocumentStatus: {
    ...shared,
    summary: 'How far a document is',
    description: 'Poll it with `If-None-Match`: 304 means no progress since.',
    params: schema.ofDocument,
    headers: poll,
    reply: schema.statusReply,
    errors: known,
  },
});

export const citedFileEndpoints = endpoints(routes.knowledge.citedFiles, {
  openDocument: {
    tag: 'Documents',
    auth: 'none',
    summary: 'Open a file that an answer cites',
    description:
      'Answers cite uploaded files by this address. Nobody can guess it. Leads on, for a minute, to the file itself: shown where a browser can show it safely, else stored.',
    params: schema.citedFile,
    reply: { contentType: 'text/plain', description: 'never: the reply is a redirect' },
    errors: ['not_found'],
  },
});
