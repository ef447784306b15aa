import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/**
 * Where a request comes from: an IPv4 address, or the /64 network of an IPv6 one, which is what one caller has.
 * @param trustedProxies how many proxies write X-Forwarded-For; what stands before their entries anybody can write
 */
export function callerAddress(request: IncomingMessage, trustedProxies: number): string {
  const remote = request.socket.remoteAddress ?? 'unknown';
  const forwarded = trustedProxies === 0 ? [] : (request.headersDistinct['x-forwarded-for'] ?? []);
  const chain = [...forwarded.flatMap((value) => value.split(',')).map((part) => part.trim()), remote];
  const told = chain[Math.max(0, chain.length - 1 - trustedProxies)] ?? remote;
  const address = (isIP(told) === 0 ? remote : told).toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  while (tail !== undefined && groups.length + after.length < 8) groups.push('0');
  const network = [...groups, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
