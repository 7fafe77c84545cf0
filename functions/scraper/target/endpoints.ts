import { endpoints } from '../../platform/http/endpoint.ts';
import { routes } from '../../route-registry.ts';
import { targetParams, targetReply, targetRequest } from './schema.ts';

const shared = { tag: 'Servers', auth: 'workspace' } as const;

export const targetEndpoints = endpoints(routes.scraper.target, {
  scrapeTarget: {
    ...shared,
    summary: 'Read elements of a web page',
    description:
      'At most 50 elements with that name and those attributes. robots.txt is obeyed, and a page that scripts make is shown in a browser. ' +
      '`async` answers 202 with the id of a job. `sync` answers 200 with the result; it waits at most 45 seconds, and the job goes on after that.',
    body: targetRequest,
    reply: targetReply,
    status: 202,
    otherStatus: 200,
    errors: ['forbidden', 'not_found', 'bad_gateway', 'timeout'],
  },
  readTarget: {
    ...shared,
    summary: 'What became of such a job',
    params: targetParams,
    reply: targetReply,
    errors: ['forbidden', 'not_found'],
  },
});
