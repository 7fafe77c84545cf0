import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address that must not be fetched. The message tells the person who asked which and why. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

/** All addresses of a host name. Rejects with a DNS error code (`ENOTFOUND`) where there is none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** Ports on which the public web is served; any other on a public host is somebody's service, not a site. */
const webPorts = new Set(['', '80', '443', '8000', '8080', '8443']);

/**
 * Refuses an address whose form alone shows that it is not public: other schemes, names and passwords in the address,
 * private address literals in any notation (the URL parser has already turned `0x7f.1` into `127.0.0.1`). `localOrigin`
 * is the one private origin that is allowed: the one that local mode was asked to learn.
 */
export function refuseByForm(url: URL, localOrigin: string | undefined): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RefusedAddress(`only http and https addresses can be learned, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new RefusedAddress(`the address of ${url.host} carries a user name or password`);
  }
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (url.origin === localOrigin) {
    if (ipaddr.isValid(literal)) refuseMetadata(literal, url.hostname);
    return;
  }
  if (!webPorts.has(url.port))
    throw new RefusedAddress(`port ${url.port} of ${url.hostname} is not a web port`);
  if (ipaddr.isValid(literal)) refusePrivate(literal, url.hostname);
  else if (/^(?:localhost|.*\.(?:localhost|local|internal|home\.arpa))\.?$/.test(url.hostname)) {
    throw new RefusedAddress(`${url.hostname} is a private address`);
  }
}

/** Throws `RefusedAddress` when connections must not go to that address, which the host name `host` leads to. */
export type Refuse = (address: string, host: string) => void;

/** Metadata services of clouds that are not at link-local addresses: AWS's by IPv6, Alibaba's. */
const metadataAddresses = new Set(['fd00:ec2::254', '100.100.100.200']);

/** Refuses only metadata services of clouds. For the private origin that local mode was asked to learn. */
export const refuseMetadata: Refuse = (address, host) => {
  const parsed = carriedBy(address);
  if (parsed.range() === 'linkLocal' || metadataAddresses.has(parsed.toString()))
    throw new RefusedAddress(`${host} is a link-local address, where clouds keep their metadata`);
};

/**
 * Refuses every address that is not plain public unicast: loopback, private, link-local, metadata, shared, translated,
 * reserved.
 */
export const refusePrivate: Refuse = (address, host) => {
  const parsed = ipaddr.process(address);
  const isPublic =
    parsed.kind() === 'ipv4' || (isWithin(parsed, '2000::/3') && !isWithin(parsed, '2001::/23'));
  if (!isPublic || parsed.range() !== 'unicast') throw new RefusedAddress(`${host} is a private address`);
};

type Address = ReturnType<typeof ipaddr.process>;

/**
 * IANA assigns public addresses from `2000::/3` alone, and keeps some blocks of it for protocols. All others are
 * special or unassigned.
 */
const isWithin = (address: Address, block: string): boolean =>
  address.kind() === 'ipv6' && address.match(ipaddr.parseCIDR(block));

/** Blocks of IPv6 addresses that contain an IPv4 address, and the byte at which it begins. */
const coats: readonly (readonly [block: string, at: number])[] = [
  ['::/96', 12],
  ['::ffff:0:0:0/96', 12],
  ['64:ff9b::/96', 12],
  ['2002::/16', 2],
];

/** The IPv4 address inside such an IPv6 address. Any other address is returned as it is. */
function carriedBy(address: string): Address {
  const parsed = ipaddr.process(address);
  const [, at] = coats.find(([block]) => isWithin(parsed, block)) ?? [];
  return at === undefined ? parsed : new ipaddr.IPv4(parsed.toByteArray().slice(at, at + 4));
}

/**
 * A `lookup` for sockets. Names are resolved and all their addresses are checked here; the socket connects to one of
 * exactly these. So a name that resolves differently a moment later (DNS rebinding) is not asked again.
 */
export function checkedLookup(resolve: Resolve, refuse: Refuse): LookupFunction {
  return (hostname, options, callback) => {
    checkedAddresses(hostname, resolve, refuse).then(
      addresses => {
        const all = addresses.map(address => ({
          address,
          family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4,
        }));
        const [first] = all;
        if (options.all) callback(null, all);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}

/** The addresses of the name. Throws `RefusedAddress` when any of them is refused, or when there is none. */
export async function checkedAddresses(
  hostname: string,
  resolve: Resolve,
  refuse: Refuse,
): Promise<readonly string[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw new RefusedAddress(`${hostname} has no address`);
  for (const address of addresses) refuse(address, hostname);
  return addresses;
}

/** What decides where connections go: for the fetcher and for the browser's proxy alike. */
export interface ConnectionGuard {
  /** Throws `RefusedAddress` where the address alone shows that nobody may connect to it. */
  refuse(url: URL): void;
  /**
   * For the socket that connects to the host of this address. It does not see address literals, which sockets do not
   * look up: `refuse` comes first.
   */
  lookupFor(url: URL): LookupFunction;
}

/** `localOrigin` is the one private origin that is allowed: the one that local mode was asked to learn. */
export function guardConnections(resolve: Resolve, localOrigin: string | undefined): ConnectionGuard {
  const [guarded, local] = [checkedLookup(resolve, refusePrivate), checkedLookup(resolve, refuseMetadata)];
  return {
    refuse: url => refuseByForm(url, localOrigin),
    lookupFor: ({ origin }) => (origin === localOrigin ? local : guarded),
  };
}
