import { describe, expect, it } from 'vitest';
import { addressOf, commandsFor, wayOf } from '../../../../lib/service/share/office/way.ts';

const at = (kind: string, port: number, host = 'www.example.com') => ({ kind, host, port });

describe('how an office can try an endpoint', () => {
  it.each([
    [at('https', 443), 'https:', 'fetch'],
    [at('https', 8443), 'https:', 'fetch'],
    [at('http', 80), 'http:', 'fetch'],
    [at('http', 80, '127.0.0.1'), 'http:', 'fetch'],
    // A secure page may ask nothing insecure; a policy can't name an address.
    [at('http', 80), 'https:', 'open'],
    [at('https', 443, '192.0.2.7'), 'https:', 'open'],
    [at('https', 443, '2001:db8::7'), 'https:', 'open'],
    // Ports where no browser connects, and protocols that no page speaks.
    [at('https', 6667), 'https:', 'type'],
    [at('http', 25), 'http:', 'type'],
    [at('smtp', 25), 'https:', 'type'],
    [at('smtps', 465), 'https:', 'type'],
    [at('ssh', 22), 'https:', 'type'],
    [at('tls', 443), 'https:', 'type'],
    [at('tcp', 3306), 'https:', 'type'],
    // By UDP, or no host at all.
    [at('dns', 53), 'https:', undefined],
    [at('ntp', 123), 'https:', undefined],
    [at('quic', 443), 'https:', undefined],
    [at('mx', 25, 'example.com'), 'https:', undefined],
    [at('unheard-of', 443), 'https:', undefined],
    // Somebody has started it for a check that is over.
    [at('listener', 443), 'https:', undefined],
    // What would be more than a host in a command that somebody pastes.
    [at('tcp', 22, 'a; rm -rf /'), 'https:', undefined],
    [at('https', 443, "x'; script-src *"), 'https:', undefined],
  ] as const)('%j on a page of %s: %s', (endpoint, page, way) => {
    expect(wayOf(endpoint, page)).toBe(way);
  });

  it('is by the URL that was checked, or by host and port', () => {
    expect(addressOf({ ...at('https', 443), path: '/login?x=1' })).toBe('https://www.example.com/login?x=1');
    expect(addressOf(at('http', 8080))).toBe('http://www.example.com:8080/');
    expect(addressOf(at('https', 443, '2001:db8::7'))).toBe('https://[2001:db8::7]/');
    expect(addressOf(at('ssh', 22, '2001:db8::7'))).toBe('[2001:db8::7]:22');
    expect(commandsFor(at('smtp', 25))).toEqual({
      windows: 'Test-NetConnection www.example.com -Port 25',
      others: 'nc -vz -w 10 www.example.com 25',
    });
  });
});
