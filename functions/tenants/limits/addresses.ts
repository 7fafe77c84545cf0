import { createHmac } from 'node:crypto';
import { CallerError } from '../../platform/errors.ts';
import type { AddressHash, WorkspaceId } from '../../platform/ids.ts';
import type { CountingEffects } from '../effects.ts';
import { addressSecret } from './address-secret-store.ts';

/**
 * Turns a caller's address into what is counted and logged: HMAC-SHA-256, with a random secret for each workspace and
 * UTC day. The secret is deleted after two days. So an address can be followed for one day within one workspace, and
 * later nobody can find out which address it was, not even by trying them all. An IPv6 address counts as its /64, which
 * is what one household is given. `bad_request` for a text that is no address.
 */
export async function hashAddress(
  workspace: WorkspaceId,
  address: string,
  effects: CountingEffects,
): Promise<AddressHash> {
  const day = new Date(effects.clock.now()).toISOString().slice(0, 10);
  const [secret, network] = await Promise.all([addressSecret(workspace, day, effects), networkOf(address)]);
  const hash = createHmac('sha256', secret).update(network).digest('base64url').slice(0, 22);
  return hash as AddressHash;
}

async function networkOf(address: string): Promise<string> {
  const { default: ipaddr } = await import('ipaddr.js');
  if (!ipaddr.isValid(address))
    throw new CallerError('bad_request', 'the caller has no valid network address');
  // An IPv4 address in IPv6 notation (::ffff:1.2.3.4) is the same caller.
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  return Buffer.from(parsed.kind() === 'ipv6' ? bytes.slice(0, 8) : bytes).toString('hex');
}
