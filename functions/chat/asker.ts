import * as z from 'zod';
import type { VisitorId, WorkspaceId } from '../platform/ids.ts';
import { trustedViewer } from '../platform/http/viewer.ts';
import { hashAddress } from '../tenants/index.ts';
import type { ChatEffects } from './effects.ts';
import type { Asker } from './run/turn.ts';

/** The caller of the API, as API Gateway reports it. Missing in tests without a gateway. */
const gatewayEvent = z.object({
  requestContext: z.object({ identity: z.object({ sourceIp: z.string() }) }),
});

/** A request as a route has it. */
export interface Call {
  readonly req: { readonly raw: Request };
  readonly env: unknown;
}

/**
 * Who asks, for limits and the log: the address as a hash, the place as the edge reports it. Where the edge reports
 * nothing that can be trusted, it is the address of the connection to the API.
 */
export async function askerOf(
  { req, env }: Call,
  workspace: WorkspaceId,
  visitor: VisitorId | undefined,
  effects: ChatEffects,
): Promise<Asker> {
  const { address: seen, country, city } = await trustedViewer(req.raw.headers, effects);
  const address = seen ?? gatewayEvent.safeParse(env).data?.requestContext.identity.sourceIp;
  if (address === undefined) return { visitor, country, city };
  return { visitor, country, city, address: await hashAddress(workspace, address, effects) };
}
