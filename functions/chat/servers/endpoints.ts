import { endpoints } from '../../platform/http/endpoint.ts';
import { jobsQuestion, jobsReply, permitsQuestion, permitsReply } from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'Servers', auth: 'workspace' } as const;
const errors = [
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'invalid',
  'rate_limited',
  'unavailable',
  'timeout',
  'internal',
] as const;
const description = [
  'For a server with an API key, sent as `Authorization: Bearer`, `X-API-Key` or `X-API-Token`. The reply waits for the whole answer; one that takes longer',
  'than 50 s is a 504. It is answered by the mode of that name in the workspace of the key.',
].join('\n');

export const serverEndpoints = endpoints(routes.chat.servers, {
  askPermits: {
    ...shared,
    openedAlsoBy: ['apiToken', 'person'],
    summary: 'Ask the mode "permitsca"',
    description: `${description} A person who is a member of a workspace may ask too, with the id token of their sign-in.`,
    body: permitsQuestion,
    reply: permitsReply,
    errors,
  },
  askTalentCentral: {
    ...shared,
    openedAlsoBy: ['apiToken'],
    summary: 'Ask the mode "talentcentral" for one of your users',
    description: `${description} A conversation belongs to the \`user_id\` that began it.`,
    body: jobsQuestion,
    reply: jobsReply,
    errors,
  },
});
