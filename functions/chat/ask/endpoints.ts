import { endpoints } from '../../platform/http/endpoint.ts';
import {
  askForm,
  cleared,
  clearedConversation,
  keptFiles,
  modeParams,
  namedMode,
  sentFiles,
  visibleModes,
} from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'Forms', auth: 'none' } as const;

export const formEndpoints = endpoints(routes.chat.forms, {
  ask: {
    ...shared,
    summary: 'Ask a question by a form, and take in the answer as HTML',
    description: [
      'For pages that are built with HTMX. The status is always 200. An answer is `div.chat-entry.assistant > div.bubble.markdown` with the',
      'hidden inputs `#conversation_id` and `#response_id` to be swapped in out of band; what went wrong is said in a bubble with the class',
      '`warning` or `error`, without the inputs. A conversation belongs to whoever holds its id, which is signed.',
    ].join('\n'),
    form: askForm,
    lists: { uploaded_files: 'texts' },
    reply: { contentType: 'text/html', description: 'the answer, or what went wrong, as a piece of HTML' },
    errors: [],
    invalid: 'in_reply',
  },
  uploadFiles: {
    ...shared,
    summary: 'Send text files for a question by the form',
    description:
      'Only where the mode takes files. It is counted like a question. The files are kept for a day, for the questions that name them in `uploaded_files`.',
    form: sentFiles,
    lists: { files: 'files' },
    reply: keptFiles,
    errors: ['forbidden', 'not_found', 'rate_limited'],
  },
  clearConversation: {
    ...shared,
    summary: 'End what is under way in a conversation',
    description: 'Its messages stay. The page forgets the id and so begins a new conversation.',
    form: clearedConversation,
    reply: cleared,
    errors: ['not_found'],
  },
  listVisibleModes: {
    ...shared,
    summary: 'The modes that a visitor may ask',
    description:
      "Those of the front page's workspace; with an API key or a visitor token, those of the caller's own workspace.",
    reply: visibleModes,
    errors: ['unauthorized'],
  },
  getVisibleMode: {
    ...shared,
    summary: 'What a page shows of a mode',
    description: 'For an unknown name 404 with `{"prompts": []}` beside the error.',
    params: modeParams,
    reply: namedMode,
    errors: ['not_found'],
  },
});
