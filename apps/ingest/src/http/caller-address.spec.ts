import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { callerAddress } from './caller-address.js';

function from(remoteAddress: string, ...forwarded: string[]): IncomingMessage {
  return {
    socket: { remoteAddress },
    headersDistinct: { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage;
}

describe('the address of a caller', () => {
  it('is that of the connection where no proxy is trusted', () => {
    expect(callerAddress(from('192.0.2.1', '198.51.100.7'), 0)).toBe('192.0.2.1');
  });

  it('is what the trusted proxies wrote, whatever stands before it', () => {
    expect(callerAddress(from('192.0.2.1', '10.0.0.1, 198.51.100.7'), 1)).toBe('198.51.100.7');
    expect(callerAddress(from('192.0.2.1', '10.0.0.1', '198.51.100.7, 192.0.2.9'), 2)).toBe('198.51.100.7');
    expect(callerAddress(from('192.0.2.1', '198.51.100.7'), 3)).toBe('198.51.100.7');
    expect(callerAddress(from('192.0.2.1'), 1)).toBe('192.0.2.1');
  });

  it('is the connection’s where a proxy wrote something else', () => {
    expect(callerAddress(from('192.0.2.1', 'somebody'), 1)).toBe('192.0.2.1');
  });

  it('is the network of an IPv6 address, and the IPv4 address within one', () => {
    expect(callerAddress(from('2001:db8:1:2:3:4:5:6'), 0)).toBe('2001:db8:1:2::/64');
    expect(callerAddress(from('2001:DB8:1:2::9'), 0)).toBe('2001:db8:1:2::/64');
    expect(callerAddress(from('2001:db8::9'), 0)).toBe('2001:db8:0:0::/64');
    expect(callerAddress(from('::1'), 0)).toBe('0:0:0:0::/64');
    expect(callerAddress(from('::ffff:192.0.2.1'), 0)).toBe('192.0.2.1');
  });
});
