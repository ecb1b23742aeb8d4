/**
 * Records the corpus again: `npx tsx test/fuzz/record/record.ts`, as root, with nginx, postfix, openssh-server and dnsmasq from
 * Debian. Everything runs on loopback. The result is committed, so that a seed gives the same bytes everywhere.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as http2Connect } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions, connect as tlsConnect } from 'node:tls';
import { encode } from 'dns-packet';
import { clientHello, type OldVersion } from '../../../lib/kinds/connection/client-hello.ts';
import { createAuthority } from '../../../lib/local/demo/authority.ts';
import { type CorpusName, corpusUrl } from '../recorded.ts';
import { type Entry, pause, record, recordStdio, say } from './wiretap.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-record-'));
// Postfix gives up root's rights and must still get to its spool.
chmodSync(folder, 0o755);
const children: ChildProcess[] = [];
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
function store(name: CorpusName, entries: readonly Entry[]): void {
  const stored = entries.map((one) => ({
    name: one.name,
    turns: one.turns.map((turn) => turn.toString('base64')),
  }));
  writeFileSync(corpusUrl(name), `${JSON.stringify(stored, null, 1)}\n`);
  process.stdout.write(`${name}: ${entries.map((one) => one.name).join(', ')}\n`);
}

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function recordHttp(): Promise<void> {
  mkdirSync(join(folder, 'www'));
  write(
    'www/index.html',
    '<!doctype html><html><head><title>Willkommen</title></head><body>Anmeldung</body></html>\n',
  );
  const config = `daemon off; pid ${folder}/nginx.pid; error_log /dev/null; worker_processes 1;
    events {} http { access_log off; gzip on; gzip_min_length 1; types { text/html html; }
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
    server { listen 127.0.0.1:18080; root ${folder}/www;
      location /old { return 301 https://www.example.com/new; }
      location /away { return 302 /index.html; }
      location /gone { return 410; }
      location /locked { auth_basic "Intranet"; auth_basic_user_file /dev/null; }
      location /empty { return 204; }
      location /proxy { proxy_pass http://127.0.0.1:1; } }
    server { listen 127.0.0.1:18081 http2; root ${folder}/www;
      location /old { return 301 https://www.example.com/new; } } }`;
  start('/usr/sbin/nginx', ['-c', write('nginx.conf', config)]);
  await pause(700);
  const get = (path: string, more = '') =>
    say(`GET ${path} HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n${more}\r\n`);
  const http1 = [
    await record('nginx, 200', 18080, get('/')),
    await record('nginx, 200 in gzip and chunks', 18080, get('/', 'Accept-Encoding: gzip\r\n')),
    await record('nginx, 301', 18080, get('/old')),
    await record('nginx, 302 to itself', 18080, get('/away')),
    await record('nginx, 401', 18080, get('/locked')),
    await record('nginx, 404', 18080, get('/none')),
    await record('nginx, 410', 18080, get('/gone')),
    await record('nginx, 204', 18080, get('/empty')),
    await record('nginx, 502', 18080, get('/proxy')),
    await record('nginx, 400 to a ClientHello', 18080, async (port) => {
      await say(clientHello('TLSv1.2', undefined, Buffer.alloc(32)).toString('latin1'))(port);
    }),
    await record('nginx, HTTP/1.0', 18080, say('GET / HTTP/1.0\r\n\r\n')),
  ];
  store('http1', http1);
  const get2 = (path: string) => async (port: number) => {
    const session = http2Connect(`http://127.0.0.1:${port}`);
    const stream = session.request({ ':path': path });
    stream.resume();
    await once(stream, 'close');
    session.close();
    await once(session, 'close');
  };
  store('http2', [
    await record('nginx, HTTP/2 200', 18081, get2('/')),
    await record('nginx, HTTP/2 301', 18081, get2('/old')),
    await record('nginx, HTTP/2 404', 18081, get2('/none')),
  ]);
}

async function recordTls(): Promise<void> {
  const authority = await createAuthority();
  const middle = await authority.intermediate();
  const issued = await middle.issue({ names: ['www.example.com'] });
  const rsa = await middle.issue({ names: ['www.example.com'], keyType: 'rsa-2048' });
  const serve = async (options: TlsOptions): Promise<number> => {
    const server = createTlsServer({
      key: issued.key,
      cert: issued.chain,
      ciphers: 'DEFAULT@SECLEVEL=0',
      ...options,
    });
    server.on('tlsClientError', () => undefined);
    server.on('secureConnection', (socket) => socket.on('error', () => undefined));
    server.listen(0, '127.0.0.1');
    server.unref();
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const shake =
    (options: object = {}) =>
    async (port: number) => {
      const socket = tlsConnect({
        port,
        host: '127.0.0.1',
        servername: 'www.example.com',
        rejectUnauthorized: false,
        requestOCSP: true,
        ciphers: 'DEFAULT@SECLEVEL=0',
        minVersion: 'TLSv1',
        ...options,
      } as object);
      socket.on('error', () => undefined);
      // Long enough for tickets and a late alert.
      await pause(400);
      socket.destroy();
    };
  const raw = (version: OldVersion) => async (port: number) => {
    const socket: Socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(clientHello(version, 'www.example.com', Buffer.alloc(32, 7)));
    await pause(400);
    socket.destroy();
  };
  store('tls', [
    await record('TLS 1.3', await serve({}), shake()),
    await record(
      'TLS 1.3, ALPN h2',
      await serve({ ALPNProtocols: ['h2'] }),
      shake({ ALPNProtocols: ['h2', 'http/1.1'] }),
    ),
    await record('TLS 1.3, HelloRetryRequest', await serve({ ecdhCurve: 'P-521' }), shake()),
    await record('TLS 1.3, client certificate wanted', await serve({ requestCert: true }), shake()),
    await record('TLS 1.2, ECDSA', await serve({ maxVersion: 'TLSv1.2' }), shake()),
    await record(
      'TLS 1.2, RSA',
      await serve({ key: rsa.key, cert: rsa.chain, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA@SECLEVEL=0' }),
      shake(),
    ),
    await record('TLS 1.1', await serve({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }), raw('TLSv1.1')),
    await record('TLS 1.0', await serve({ minVersion: 'TLSv1', maxVersion: 'TLSv1' }), raw('TLSv1')),
    await record('alert 70', await serve({ minVersion: 'TLSv1.3' }), raw('TLSv1.2')),
    await record('alert 40', await serve({ maxVersion: 'TLSv1.2', ciphers: 'PSK' }), raw('TLSv1.2')),
  ]);
}

async function recordMail(): Promise<void> {
  mkdirSync(join(folder, 'postfix'));
  mkdirSync(join(folder, 'spool'));
  mkdirSync(join(folder, 'data'));
  execFileSync('chown', ['postfix', join(folder, 'data')]);
  const authority = await createAuthority();
  const issued = await authority.issue({ names: ['mx.example.com'] });
  write('postfix/key.pem', issued.key);
  write('postfix/cert.pem', issued.chain);
  write(
    'postfix/main.cf',
    `compatibility_level=3.6
queue_directory=${folder}/spool
data_directory=${folder}/data
command_directory=/usr/sbin
daemon_directory=/usr/lib/postfix/sbin
myhostname=mx.example.com
mydestination=example.com
inet_interfaces=loopback-only
smtpd_tls_security_level=may
smtpd_tls_cert_file=${folder}/postfix/cert.pem
smtpd_tls_key_file=${folder}/postfix/key.pem
mynetworks=127.0.0.2/32
smtpd_banner=$myhostname ESMTP $mail_name (Debian/GNU)
smtpd_peername_lookup=no
local_recipient_maps=
smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination
`,
  );
  write(
    'postfix/master.cf',
    '127.0.0.1:18025 inet n - n - - smtpd\nanvil unix - - n - 1 anvil\nrewrite unix - - n - - trivial-rewrite\nproxymap unix - - n - - proxymap\ntlsmgr unix - - n 1000? 1 tlsmgr\ncleanup unix n - n - 0 cleanup\nlocal unix - n n - - local\nerror unix - - n - - error\n',
  );
  const main = join(folder, 'postfix');
  execFileSync('/usr/sbin/postfix', ['-c', main, 'start'], { stdio: 'inherit' });
  await pause(1_500);
  const talk = (...lines: readonly string[]) => say(...lines.map((line) => `${line}\r\n`));
  const mail = 'MAIL FROM:<>';
  const smtp = [
    await record(
      'postfix, whole session',
      18025,
      talk('EHLO prober.example.net', mail, 'RCPT TO:<replies@example.com>', 'RSET', 'QUIT'),
    ),
    await record(
      'postfix, relay denied',
      18025,
      talk('EHLO prober.example.net', mail, 'RCPT TO:<inbound-check-relay-test@example.net>', 'RSET', 'QUIT'),
    ),
    await record('postfix, STARTTLS', 18025, talk('EHLO prober.example.net', 'STARTTLS')),
    await record(
      'postfix, no EHLO',
      18025,
      talk('XEHLO prober.example.net', 'HELO prober.example.net', mail, 'RSET', 'QUIT'),
    ),
    await record('postfix, out of turn', 18025, talk('GET / HTTP/1.1', 'QUIT')),
  ];
  execFileSync('/usr/sbin/postfix', ['-c', main, 'stop'], { stdio: 'ignore' });
  store('smtp', smtp);
}

async function recordSsh(): Promise<void> {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host')]);
  mkdirSync('/run/sshd', { recursive: true });
  const sshd = ['-i', '-e', '-f', '/dev/null', '-h', join(folder, 'host')];
  store('ssh', [
    await recordStdio('OpenSSH', start('/usr/sbin/sshd', sshd), []),
    await recordStdio('OpenSSH, with its offer of algorithms', start('/usr/sbin/sshd', sshd), [
      'SSH-2.0-prober\r\n',
    ]),
  ]);
}

async function recordDns(): Promise<void> {
  start('/usr/sbin/dnsmasq', [
    ...[
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--port=18053',
      '--listen-address=127.0.0.1',
      '--bind-interfaces',
      '--no-resolv',
      '--no-hosts',
      '--user=root',
    ],
    ...[
      '--local=/example.com/',
      '--host-record=www.example.com,127.0.0.1,::1',
      '--host-record=two.example.com,127.0.0.1',
      '--address=/two.example.com/127.0.0.2',
    ],
    ...['--cname=alias.example.com,www.example.com', '--cname=second.example.com,alias.example.com'],
    ...[
      '--mx-host=example.com,mx.example.com,10',
      '--mx-host=example.com,mx2.example.com,20',
      '--txt-record=example.com,v=spf1 -all',
      '--txt-record=www.example.com,hello',
    ],
    ...['--auth-server=ns.example.com,lo', '--auth-zone=example.com'],
  ]);
  await pause(700);
  const ask = async (
    name: string,
    type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'NS' | 'PTR',
  ): Promise<Entry> => {
    const socket = createSocket('udp4');
    const question = encode({ type: 'query', id: 1, flags: 0x0100, questions: [{ name, type }] });
    socket.send(question, 18053, '127.0.0.1');
    const answered = await Promise.race([once(socket, 'message'), pause(1_000)]);
    socket.close();
    if (answered === undefined) throw new Error(`dnsmasq did not answer ${type} ${name}`);
    return { name: `dnsmasq, ${type} ${name}`, turns: [(answered as [Buffer])[0]] };
  };
  store('dns', [
    await ask('www.example.com', 'A'),
    await ask('two.example.com', 'A'),
    await ask('www.example.com', 'AAAA'),
    await ask('alias.example.com', 'A'),
    await ask('second.example.com', 'CNAME'),
    await ask('example.com', 'MX'),
    await ask('example.com', 'TXT'),
    await ask('example.com', 'NS'),
    await ask('gone.example.com', 'A'),
    await ask('www.example.com', 'MX'),
  ]);
}

try {
  await recordHttp();
  await recordTls();
  await recordSsh();
  await recordDns();
  await recordMail();
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
