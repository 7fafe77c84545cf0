import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { awsCall } from './aws-call.ts';
import { allow, type Grant } from './grants.ts';

/** What AWS answers to a role that lacks a right. */
export class AccessDeniedException extends Error {
  override readonly name = 'AccessDeniedException';
}

/**
 * Refuses every signed request of this process that the grants do not allow, as AWS would: the emulators take whatever
 * comes, and a right that the template forgot would show on AWS first. It sees what leaves by Node's own HTTP client,
 * which the SDK uses; not the files of the search index, which a laptop has on its disk.
 */
export function enforceGrants(grants: readonly Grant[]): void {
  subscribe('http.client.request.created', message => {
    const request: unknown = Object(message).request;
    if (!(request instanceof ClientRequest)) return;
    const send = request.end.bind(request);
    const header = (name: string) => String(request.getHeader(name) ?? '');
    if (header('authorization') === '') return;
    request.end = (...sent: unknown[]) => {
      const [body = ''] = sent;
      const { method, path } = request;
      const call = awsCall({
        method,
        path,
        authorization: header('authorization'),
        target: header('x-amz-target'),
        body: () =>
          typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '',
      });
      if (!call || allow(grants, call)) return Reflect.apply(send, request, sent);
      return request.destroy(
        new AccessDeniedException(
          `the template does not let this function do ${call.action} on ${call.resources.join(', ')}`,
        ),
      );
    };
  });
}
