import { createHmac } from 'node:crypto';
import { CallerError } from '../../platform/errors.ts';
import type { AddressHash, WorkspaceId } from '../../platform/ids.ts';
import type { CountingEffects } from '../effects.ts';
import { addressSecret } from './address-secret-store.ts';

/**
 * The address of a caller as it is counted and logged: HMAC-SHA-256 with a random secret of the workspace and the UTC
 * day, which is deleted two days later. So one address can be followed through a day of one workspace and no further,
 * and afterwards nobody can find out whose it was, not even by trying all addresses. An IPv6 address counts as its /64,
 * which is what one household is given. `bad_request` for what is no address.
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
  // An IPv4 address that comes as IPv6 (::ffff:1.2.3.4) is the same caller.
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  return Buffer.from(parsed.kind() === 'ipv6' ? bytes.slice(0, 8) : bytes).toString('hex');
}
