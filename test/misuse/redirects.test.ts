/** Servers that redirect the prober to where it must not go: read, named, and not followed. */
import { describe, expect, it } from 'vitest';
import { answering, check, endpoint, nameServer, PUBLIC, trapAround, world } from './lab.ts';

async function redirectTo(location: (port: number) => string, assertions = {}) {
  let requests = 0;
  const trap = await trapAround(
    answering(() => {
      requests += 1;
      return `HTTP/1.1 302 Found\r\nLocation: ${location(trap.port)}\r\nConnection: close`;
    }),
  );
  const dns = await nameServer({
    'www.example.com': { A: [PUBLIC] },
    'private.example': { A: ['127.0.0.2'] },
    'private6.example': { AAAA: ['::1'] },
    'mapped.example': { AAAA: ['::ffff:127.0.0.2'] },
    'alias.example': { CNAME: 'private.example' },
    'metadata.example': { A: ['169.254.169.254'] },
  });
  const here = world(dns.address);
  const http = endpoint({ kind: 'http', host: 'www.example.com', port: trap.port, assertions });
  const [report] = await check([http], here, { confirm: 0 });
  return { report, requests, seen: trap.seen, port: trap.port };
}

describe('a redirect to a forbidden address', () => {
  it.each<[string, (port: number) => string]>([
    ['cloud metadata', () => 'http://169.254.169.254/latest/meta-data/iam/security-credentials/'],
    ['cloud metadata in decimal', () => 'http://2852039166/latest/meta-data/'],
    ['cloud metadata by name', () => 'http://metadata.example/latest/meta-data/'],
    ['cloud metadata of IPv6', () => 'http://[fd00:ec2::254]/latest/meta-data/'],
    ['cloud metadata, IPv4-mapped', () => 'http://[::ffff:169.254.169.254]/'],
    ['cloud metadata by NAT64', () => 'http://[64:ff9b::a9fe:a9fe]/'],
    ['loopback', (port) => `http://127.0.0.2:${port}/`],
    ['the far end of loopback', (port) => `http://127.255.255.254:${port}/`],
    ['loopback in decimal', (port) => `http://2130706434:${port}/`],
    ['loopback in octal', (port) => `http://0177.0.0.02:${port}/`],
    ['loopback in hexadecimal', (port) => `http://0x7f.0x0.0x0.0x2:${port}/`],
    ['loopback, short', (port) => `http://127.2:${port}/`],
    ['loopback with the root’s dot', (port) => `http://127.0.0.2.:${port}/`],
    ['loopback, percent-encoded', (port) => `http://%31%32%37.0.0.2:${port}/`],
    ['loopback in full-width digits', (port) => `http://１２７.0.0.2:${port}/`],
    ['loopback with backslashes', (port) => `http:\\\\127.0.0.2:${port}\\`],
    ['loopback without a scheme', (port) => `//127.0.0.2:${port}/`],
    ['loopback over https', (port) => `https://127.0.0.2:${port}/`],
    ['loopback of IPv6', (port) => `http://[::1]:${port}/`],
    ['loopback, IPv4-mapped', (port) => `http://[::ffff:127.0.0.2]:${port}/`],
    ['loopback, IPv4-mapped in hexadecimal', (port) => `http://[::ffff:7f00:2]:${port}/`],
    ['loopback, IPv4-compatible', (port) => `http://[::127.0.0.2]:${port}/`],
    ['loopback by NAT64', (port) => `http://[64:ff9b::7f00:2]:${port}/`],
    ['loopback by 6to4', (port) => `http://[2002:7f00:2::1]:${port}/`],
    ['loopback by Teredo', (port) => `http://[2001:0:808:808::80ff:fffd]:${port}/`],
    ['the unspecified address', (port) => `http://0.0.0.0:${port}/`],
    ['the unspecified address, short', (port) => `http://0:${port}/`],
    ['localhost', (port) => `http://localhost:${port}/`],
    ['a name below localhost', (port) => `http://app.localhost:${port}/`],
    ['a name that leads to loopback', (port) => `http://private.example:${port}/`],
    ['a name that leads to loopback of IPv6', (port) => `http://private6.example:${port}/`],
    ['a name that leads to a mapped address', (port) => `http://mapped.example:${port}/`],
    ['an alias of such a name', (port) => `http://alias.example:${port}/`],
    ['RFC 1918', () => 'http://10.0.0.1/'],
    ['carrier-grade NAT', () => 'http://100.64.0.1/'],
    ['multicast', () => 'http://239.255.255.250:1900/'],
    ['broadcast', () => 'http://255.255.255.255/'],
  ])('%s is named, and no packet goes there', async (_what, location) => {
    const { report, requests, seen } = await redirectTo(location);
    expect(report).toMatchObject({
      verdict: 'fail',
      cause: 'http.redirect-to-private-address',
      side: 'service',
    });
    expect(report?.summary).toContain('No packet was sent there');
    // The fault is the redirect's: the endpoint itself answered.
    expect(report?.observations[0]?.state).toBe('open');
    expect(requests).toBe(1);
    expect(seen).toEqual([]);
  });

  it('is not followed for a certificate authority’s path either', async () => {
    const { report, seen } = await redirectTo((port) => `http://127.0.0.2:${port}/`, { acmePath: true });
    expect(report?.verdict).toBe('fail');
    expect([report?.cause, ...(report?.alsoFound ?? [])].join()).toMatch(/http\.(redirect-to-private|acme)/);
    expect(seen).toEqual([]);
  });
});

describe('a redirect that is none for the web', () => {
  it.each([
    ['file', 'file:///etc/passwd', 'file:'],
    ['file, in capitals', 'FILE:///etc/passwd', 'file:'],
    ['file on a host', 'file://127.0.0.2/etc/passwd', 'file:'],
    ['ftp', 'ftp://127.0.0.2/', 'ftp:'],
    ['gopher', 'gopher://127.0.0.2:25/_QUIT', 'gopher:'],
    ['dict', 'dict://127.0.0.2:11211/stat', 'dict:'],
    ['javascript', 'javascript:alert(1)', 'javascript:'],
    ['data', 'data:text/html,<b>x', 'data:'],
    ['credentials', 'http://anna:s3cret@127.0.0.2/', 'user name or password'],
    ['credentials of the own host', 'http://anna:s3cret@www.example.com/', 'user name or password'],
    ['no URL at all', 'http://[', 'not a URL'],
  ])('%s is named and not followed', async (_what, location, words) => {
    const { report, requests, seen } = await redirectTo(() => location);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'http.status-unexpected' });
    expect(report?.summary).toContain(words);
    expect(requests).toBe(1);
    expect(seen).toEqual([]);
  });

  it('keeps the fragment to itself', async () => {
    const paths: string[] = [];
    const trap = await trapAround(
      answering((request) => {
        paths.push(request.split(' ')[1] ?? '');
        return paths.length > 1
          ? 'HTTP/1.1 200 OK\r\nContent-Length: 0'
          : 'HTTP/1.1 302 Found\r\nLocation: /next#secret';
      }),
    );
    const dns = await nameServer({ 'www.example.com': { A: [PUBLIC] } });
    await check([endpoint({ kind: 'http', host: 'www.example.com', port: trap.port })], world(dns.address));
    expect(paths).toEqual(['/', '/next']);
  });
});
