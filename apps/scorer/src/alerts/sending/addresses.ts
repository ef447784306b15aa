import ipaddr from 'ipaddr.js';

/** What an address is to a server that calls whatever it is told to call. */
export type Reach = 'public' | 'private' | 'never';

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const localNat64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48');

const privateRanges: ReadonlySet<string> = new Set([
  'private',
  'loopback',
  'carrierGradeNat',
  'uniqueLocal',
  'deprecatedSiteLocal',
]);

/**
 * Judges an IPv4 or IPv6 address; one that carries another (IPv4-mapped, NAT64, 6to4) is what it leads to.
 * @param address as a resolver or a URL tells it, without brackets
 * @returns `public`: of the internet; `private`: of this machine or its networks; `never`: neither (link-local, where
 *   clouds keep their credentials, multicast, unspecified, reserved, tunnels, and what isn't an address)
 */
export function reachOf(address: string): Reach {
  if (!ipaddr.isValid(address)) return 'never';
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return reachOfRange(parsed.range());
  const bytes = parsed.toByteArray();
  switch (parsed.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
      return reachOfIpv4(bytes.slice(12));
    case 'rfc6052':
      return parsed.match(localNat64) ? 'private' : reachOfIpv4(bytes.slice(12));
    case '6to4':
      return reachOfIpv4(bytes.slice(2, 6));
    case 'unicast':
      // What isn't given out to the internet yet leads somewhere else, if anywhere.
      return parsed.match(globalUnicast) ? 'public' : 'never';
    default:
      return reachOfRange(parsed.range());
  }
}

function reachOfIpv4(bytes: number[]): Reach {
  return reachOfRange(new ipaddr.IPv4(bytes).range());
}

function reachOfRange(range: string): Reach {
  if (range === 'unicast') return 'public';
  return privateRanges.has(range) ? 'private' : 'never';
}
