import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { awsCall } from './aws-call.ts';
import { allow, type Grant } from './grants.ts';

/** The error of AWS for a role without the right. */
export class AccessDeniedException extends Error {
  override readonly name = 'AccessDeniedException';
}

/**
 * Refuses every signed request of this process that the grants do not allow, as AWS would. The emulators accept
 * everything, so a right that the template lacks would only show on AWS. It checks requests of Node's own HTTP client,
 * which the SDK uses. It does not check the files of the search index, which are on the disk here.
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
