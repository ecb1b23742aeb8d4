import { describe, expect, it } from 'vitest';
import { parseEndpointUri } from '../../../lib/input/request/uri.ts';

function read(text: string) {
  const result = parseEndpointUri(text, 'open');
  if (!result.ok) throw new Error(result.message);
  return result.value;
}

function refusal(text: string): string {
  const result = parseEndpointUri(text, 'open');
  if (result.ok) throw new Error(`accepted as ${result.value.id}`);
  return result.message;
}

describe('a URI becomes an endpoint', () => {
  it.each([
    ['https://www.example.com', 'https://www.example.com:443/'],
    [' \u00a0https://www.example.com/ \n', 'https://www.example.com:443/'],
    ['HTTPS://WWW.Example.COM./a/../b?x=1', 'https://www.example.com:443/b?x=1'],
    ['http://www.example.com:8080/ä', 'http://www.example.com:8080/%C3%A4'],
    ['https://www.example.com?q', 'https://www.example.com:443/?q'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example:443/'],
    ['https://[2001:DB8:0::1]/', 'https://[2001:db8::1]:443/'],
    ['smtp://mx.example.com', 'smtp://mx.example.com:25'],
    ['smtps://mx.example.com/', 'smtps://mx.example.com:465'],
    ['tls://192.0.2.1', 'tls://192.0.2.1:443'],
    ['ssh://[2001:db8::1]:2222', 'ssh://[2001:db8::1]:2222'],
    ['ntp://pool.example', 'ntp://pool.example:123'],
    ['tcp://db.example.com:5432', 'tcp://db.example.com:5432'],
    ['tcp://_service.example.com:1', 'tcp://_service.example.com:1'],
    ['dns://example.com', 'dns://example.com:53'],
    ['dns://192.0.2.53/example.com', 'dns://192.0.2.53:53/example.com'],
    ['dns://[2001:db8::53]:5353/example.com', 'dns://[2001:db8::53]:5353/example.com'],
  ])('%s → %s', (text, id) => {
    expect(read(text).id).toBe(id);
  });

  it('marks what must be closed, in its id too', () => {
    const result = parseEndpointUri('ssh://www.example.com', 'closed');
    expect(result).toMatchObject({
      ok: true,
      value: { id: 'ssh://www.example.com:22 (closed)', expect: 'closed', level: 'required' },
    });
  });

  it('takes the bytes to send to a silent tcp service, percent-encoded', () => {
    expect(read('tcp://cache.example.com:6379?send=PING%0D%0A%ff').assertions).toEqual({
      send: 'PING\r\n\u00ff',
    });
  });
});

describe('a bad URI is refused with what to fix', () => {
  it.each([
    ['no scheme', 'www.example.com', 'no URI such as https://'],
    ['an unknown scheme', 'ftp://www.example.com', 'the scheme "ftp" is not one of dns:// tcp://'],
    ['a colon forgotten', 'https//a.example', 'is no URI: write "https://a.example"'],
    ['a semicolon', 'smtp;//a.example', 'is no URI: write "smtp://a.example"'],
    ['credentials behind a wrong sign', 'https//me:word@a.example', 'write "https://…@a.example"'],
    ['no host', 'https:///path', 'the host is missing'],
    ['no host but a port', 'https://:443/', 'the host is missing'],
    ['port 0', 'https://www.example.com:0/', 'from 1 to 65535, not "0"'],
    ['a port out of range', 'https://www.example.com:65536/', 'from 1 to 65535, not "65536"'],
    ['a port in words', 'smtp://www.example.com:smtp', 'not "smtp"'],
    ['a negative port', 'smtp://www.example.com:-25', 'not "-25"'],
    ['a port in exponents', 'smtp://www.example.com:2e1', 'not "2e1"'],
    ['a colon without a port', 'https://www.example.com:/', 'the port after ":" is missing'],
    ['tcp without a port', 'tcp://www.example.com', 'tcp needs a port'],
    ['a fragment', 'https://www.example.com/#top', 'has a fragment'],
    ['an octal address', 'https://0177.0.0.1/', 'no plain IPv4 address'],
    ['a hexadecimal address', 'tcp://0x7f.0.0.1:80', 'no plain IPv4 address'],
    ['a decimal address', 'http://2130706433/', 'no plain IPv4 address'],
    ['a short address', 'http://127.1/', 'no plain IPv4 address'],
    ['an address with too large a number', 'http://1.2.3.256/', 'no plain IPv4 address'],
    ['an address in full-width digits', 'http://１２７．０．０．１/', 'unusual spelling of 127.0.0.1'],
    ['an address with ideographic dots', 'http://127。0。0。1/', 'unusual spelling of 127.0.0.1'],
    ['a zone id', 'http://[fe80::1%25eth0]/', 'zone id'],
    ['IPv6 without brackets', 'http://2001:db8::1/', 'needs brackets, as https://[2001:db8::1]:443/'],
    ['an IPv6 address that is none', 'http://[2001:db8::g]/', 'is no IPv6 address'],
    ['a newline in the host', 'https://www.exam\nple.com/', 'a control character'],
    ['a NUL in the path', 'https://www.example.com/\u0000', 'a control character'],
    ['a space in the host', 'https://www example.com/', 'a space'],
    ['percent-encoding in the host', 'https://www%2eexample.com/', 'has a "%"'],
    ['an empty label', 'https://www..example.com/', 'no valid host name'],
    ['a label of 64 characters', `https://${'a'.repeat(64)}.example/`, 'no valid host name'],
    ['a name of 254 characters', `https://${'a.'.repeat(127)}b/`, 'no valid host name'],
    ['a leading hyphen', 'https://-www.example.com/', 'no valid host name'],
    ['a path for smtp', 'smtp://mx.example.com/inbox', 'smtp has no path'],
    ['a query for tls', 'tls://www.example.com?x=1', 'tls takes no query'],
    ['an unknown query for tcp', 'tcp://www.example.com:1?recv=x', 'only ?send=TEXT'],
    ['a broken escape', 'tcp://www.example.com:1?send=%4', 'two hexadecimal digits'],
    ['a dns server given by name', 'dns://ns.example.com/example.com', 'given by its address'],
    ['a dns server without a question', 'dns://192.0.2.53', 'say what to ask'],
    ['a dns port without a server', 'dns://example.com:5353', 'say what to ask'],
    ['a URI beyond any bound', `https://www.example.com/${'a'.repeat(5_000)}`, 'at most 4096'],
    ['a path beyond its bound', `https://www.example.com/${'a'.repeat(2_001)}`, 'longer than 2000'],
  ])('%s', (_what, text, message) => {
    expect(refusal(text)).toContain(message);
  });

  it.each([
    'https://anna:s3cret@www.example.com/',
    'https://anna:s3cret@www.example.com:99999/',
    'ftp://anna:s3cret@www.example.com/',
    'https://anna:s3cret/word@www.example.com/',
    'https://anna:s3cret#word@www.example.com/',
    'https://anna:s3cret\\@www.example.com/',
    'anna:s3cret@www.example.com',
    'smtp://s3cret@www.example.com',
  ])('%s: without a word of the credentials', (text) => {
    const message = refusal(text);
    expect(message).not.toContain('s3cret');
    expect(message).not.toContain('word');
    expect(message).not.toContain('anna');
    expect(message).toContain('…@www.example.com');
  });

  it('puts everything on one line, however the text looks', () => {
    expect(refusal('gopher://\r\n\u001b[31m\u2028\u202e')).not.toMatch(/[\r\n\u001b\u2028\u202e]/);
  });
});
