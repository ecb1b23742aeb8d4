import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-bad-input-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const URI = 'https://www.example.com/';

describe.concurrent('bad input ends with 64 and one line that says what to fix', () => {
  it.each<[what: string, args: string[], says: string]>([
    ['nothing to check', ['check'], 'nothing to check: name URIs'],
    ['an unknown command', ['chek', URI], "unknown command 'chek'"],
    ['an unknown option', ['check', URI, '--timout', '1s'], "unknown option '--timout'"],
    ['an option without its value', ['check', URI, '--timeout'], 'argument missing'],
    [
      'a host without a profile',
      ['check', 'www.example.com'],
      'say what to check on www.example.com: add --profile ID',
    ],
    [
      'a host and port without a protocol',
      ['check', 'www.example.com:443'],
      'which protocol: write tls://www.example.com:443',
    ],
    [
      'an unknown profile',
      ['check', 'www.example.com', '--profile', 'lucy-sas'],
      'there is no profile "lucy-sas"; did you mean lucy-saas?',
    ],
    ['a profile for a URI', ['check', URI, '--profile', 'web'], '--profile goes with a host'],
    [
      'a profile file that is not there',
      ['check', 'www.example.com', '--profile', './none.yaml'],
      'there is no such file',
    ],
    [
      'a reflector that is no web address',
      ['check', URI, '--reflector', 'ip.example.com'],
      '--reflector: expected an http or https URL that answers with the address that it sees, not "ip.example.com"',
    ],
    [
      'a reflector with a password',
      ['check', URI, '--reflector', 'https://a:b@ip.example.com/'],
      '--reflector: expected',
    ],
    ['a malformed URI', ['check', 'https//www.example.com'], 'is no URI: write "https://www.example.com"'],
    ['a scheme with one slash', ['check', 'tcp:/a.example:80'], 'is no URI: write "tcp://a.example:80"'],
    ['a mistyped scheme', ['check', 'htps://a.example/'], 'listener://; did you mean https'],
    [
      'a firewall for a run that nobody waits for',
      ['run', 'shop', '--firewall', 'fortigate'],
      '--firewall needs the end of the run: add --wait or --gate',
    ],
    [
      'a validation that nobody is named for',
      ['validate', 'www.example.com', '--profile', 'web', '--ticket', 'T-1'],
      'for a text from this machine: inbound-check check www.example.com --profile web --format markdown',
    ],
    [
      'a gate that is a watch as well',
      ['check', URI, '--gate', '--watch'],
      '--gate ends when everything passes, and --watch does not',
    ],
    ['a pause without a gate', ['check', URI, '--every', '30s'], 'add one of them'],
    [
      'a gate that is too quick',
      ['check', URI, '--gate', '--every', '10ms'],
      '--every: expected a duration from',
    ],
    [
      'words read aloud again and again',
      ['check', URI, '--watch', '--with-listener', '--they-read'],
      '--they-read asks a person after one check',
    ],
    [
      'an unknown firewall',
      ['check', URI, '--firewall', 'fortgate'],
      'there is no firewall "fortgate"; did you mean fortigate?',
    ],
    [
      'a file given twice',
      ['check', '-f', 'a.yaml', '-f', 'b.yaml'],
      `option '-f, --file <file>' was given twice`,
    ],
    ['a timeout given twice', ['check', URI, '--timeout', '1s', '--timeout', '2s'], 'was given twice'],
    [
      'an option of another command given twice',
      ['verify', 'a', '--key', 'a', '--key', 'b'],
      'was given twice',
    ],
    [
      'a pin of a host that is not checked',
      ['check', URI, '--resolve', 'www.exmple.com:443:93.184.215.14'],
      '--resolve: www.exmple.com:443:93.184.215.14 fits no endpoint: none is at www.exmple.com port 443',
    ],
    [
      'a pin of a port that is not checked',
      ['check', 'smtp://mx.example.com', '--resolve', 'mx.example.com:587:93.184.215.14'],
      'fits no endpoint',
    ],
    [
      'a TLS version that nobody would look at',
      ['check', URI, '--tls-min', '1.2', '--no-old-protocols'],
      '--no-old-protocols leaves out: leave one of them away',
    ],
    [
      'an assertion where all is expected closed',
      ['check', '--closed', 'ssh://a.example', '--cert-days', '7'],
      '--cert-days fits none of the endpoints, which are all expected closed',
    ],
    ['an unknown scheme', ['check', 'ftp://www.example.com'], 'the scheme "ftp" is not one of'],
    ['a port out of range', ['check', 'tcp://www.example.com:70000'], 'from 1 to 65535, not "70000"'],
    [
      'a private address',
      ['check', 'https://192.168.1.1/'],
      '192.168.1.1 is not reachable from the internet (private (RFC 1918)): add --allow-private',
    ],
    [
      'a loopback address',
      ['check', 'tcp://[::1]:80'],
      '::1 is not reachable from the internet (loopback): add --allow-private',
    ],
    ['localhost', ['check', 'https://localhost/'], 'localhost is this machine itself: add --allow-private'],
    ['a private host for a profile', ['check', '10.1.2.3', '--profile', 'web'], 'add --allow-private'],
    ['a private --closed', ['check', '--closed', 'ssh://10.1.2.3'], 'add --allow-private'],
    [
      'cloud metadata, even with --allow-private',
      ['check', 'http://169.254.169.254/', '--allow-private'],
      'is never probed (cloud metadata',
    ],
    [
      'a URL with credentials',
      ['check', 'https://anna:s3cret@www.example.com/'],
      '"https://…@www.example.com/" holds credentials',
    ],
    ['an octal address', ['check', 'http://0177.0.0.1/', '--allow-private'], 'no plain IPv4 address'],
    ['open and closed at once', ['check', URI, '--closed', URI], 'open and closed at once'],
    ['a file and URIs', ['check', '-f', 'x.yaml', URI], 'give either -f FILE or hosts and URIs'],
    ['a file that is not there', ['check', '-f', join(folder, 'none.yaml')], 'there is no such file'],
    ['a directory as file', ['check', '-f', folder], 'it is a directory'],
    [
      'broken YAML',
      ['check', '-f', file('broken.yaml', 'targets:\n  - host: a\n   profile: web\n')],
      'broken.yaml:3:1: not valid YAML',
    ],
    [
      'an unknown key in YAML',
      ['check', '-f', file('key.yaml', 'targets:\n  - hots: a\n')],
      'key.yaml:2: targets[0].hots: unknown key "hots"',
    ],
    ['an unknown format', ['check', URI, '--format', 'jsn'], 'there is no format "jsn"; did you mean json'],
    [
      'several formats and no place',
      ['check', URI, '--format', 'json,html'],
      'several formats need a place each',
    ],
    [
      'an extension that tells nothing',
      ['check', URI, '--output', join(folder, 'report.doc')],
      'the extension tells no format',
    ],
    [
      'an output that can’t be written',
      ['check', 'tcp://127.0.0.1:1', '--allow-private', '--output', join(file('plain', ''), 'report.html')],
      "can't be written",
    ],
    ['a timeout in words', ['check', URI, '--timeout', 'soon'], '--timeout: expected a duration from 50ms'],
    ['a timeout of nothing', ['check', URI, '--timeout', '0'], '--timeout: expected a duration'],
    [
      'a concurrency of nothing',
      ['check', URI, '--concurrency', '0'],
      '--concurrency: expected a whole number from 1',
    ],
    ['a family that is none', ['check', URI, '--family', '5'], '--family: expected 4, 6 or both'],
    [
      'a broken pin',
      ['check', URI, '--resolve', 'www.example.com:443'],
      '--resolve: expected HOST:PORT:ADDRESS',
    ],
    [
      'a pin to a private address',
      ['check', URI, '--resolve', 'www.example.com:443:127.0.0.1'],
      '--resolve: 127.0.0.1 is not reachable',
    ],
    ['a broken control', ['check', URI, '--control', '25'], '--control: expected PORT=HOST:PORT'],
    [
      'a negative control that may answer',
      ['check', URI, '--negative-control', '8.8.8.8'],
      'may belong to somebody',
    ],
    [
      'a DNS server given by name',
      ['check', URI, '--dns', 'dns.example.com'],
      '--dns: expected the IP address of a DNS server',
    ],
    ['a CA file that holds none', ['check', URI, '--ca', file('empty.pem', '')], 'no PEM certificate in it'],
    [
      'a CA file with a broken certificate',
      [
        'check',
        URI,
        '--ca',
        file('broken.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      ],
      "certificate 1 of 1 can't be read",
    ],
    [
      'a status that is none',
      ['check', URI, '--expect-status', '2000'],
      '--expect-status: expected status codes',
    ],
    [
      'an assertion that fits nothing',
      ['check', URI, '--require-starttls'],
      '--require-starttls fits none of the endpoints (https)',
    ],
    [
      'a recipient that is none',
      ['check', 'smtp://mx.example.com', '--recipient', 'postmaster'],
      '--recipient: ',
    ],
    [
      'a TLS version that is none',
      ['check', URI, '--tls-min', '2.0'],
      '--tls-min: expected 1.0, 1.1, 1.2 or 1.3',
    ],
    ['profile options without a profile', ['check', URI, '--dependencies'], 'go with --profile'],
    [
      'two meanings of the web interface',
      ['check', 'www.example.com', '--profile', 'cicada-ir', '--public-ui', '--private-ui'],
      'exclude each other',
    ],
    [
      'an unknown cause',
      ['explain', 'tcp.filterd'],
      'there is no cause "tcp.filterd"; did you mean tcp.filtered',
    ],
    ['an unknown profile to show', ['profiles', 'wbe'], 'there is no profile "wbe"; did you mean web'],
    [
      'a report that is none',
      ['diff', file('a.json', '{}'), file('b.json', '{}')],
      'no report of inbound-check/report@1',
    ],
    ['a report that is not JSON', ['diff', file('c.json', '{'), file('d.json', '{')], 'not JSON'],
    ['one report for diff', ['diff', file('a.json', '{}')], "missing required argument 'after'"],
    [
      'a control that doctor can’t read',
      ['doctor', '--control', 'x=y'],
      '--control: a port is a whole number',
    ],
  ])('%s', async (_what, args, says) => {
    const { status, stdout, stderr } = await runCli(args);
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^inbound-check: [^\n]*\n$/);
    expect(stderr).not.toContain('s3cret');
    expect(stdout).toBe('');
    expect(status).toBe(64);
  });

  it('names the file and line of a bad target that standard input gives', async () => {
    const { status, stderr } = await runCli(['check', '-f', '-'], {
      stdin: 'targets:\n  - check:\n      - ftp://www.example.com\n',
    });
    expect(stderr).toContain('-:3: targets[0].check[0]: ');
    expect(status).toBe(64);
  });

  it('without any argument prints the help to standard error', async () => {
    const { status, stdout, stderr } = await runCli([]);
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toContain('Usage: inbound-check');
  });
});
