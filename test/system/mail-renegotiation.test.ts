/** GnuTLS without RFC 5746 behind STARTTLS and smtps: the one handshake of a mail session shows it. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/model/finding.ts';
import { type Authority, createAuthority, type Issued } from '../certificates/authority.ts';
import { loopbackContext, probeAndDiagnose, smtpSpec } from '../kinds/smtp/scenario.ts';
import { startGnuTls } from './gnutls-server.ts';

let authority: Authority;
let identity: Issued;
beforeAll(async () => {
  authority = await createAuthority();
  identity = await authority.issue({ names: ['localhost'] });
});

async function bound(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** The words of a mail server in clear up to STARTTLS; what follows is between the client and the server at `port`. */
function inFront(port: number): Server {
  return createServer((client: Socket) => {
    client.on('error', () => {});
    client.write('220 mx.example.com ESMTP\r\n');
    const onData = (bytes: Buffer): void => {
      if (/^EHLO/.test(bytes.toString('latin1'))) return void client.write('250-mx\r\n250 STARTTLS\r\n');
      client.removeListener('data', onData);
      const behind = connect(port, '127.0.0.1');
      behind.on('error', () => client.destroy());
      client.pipe(behind).pipe(client);
      client.write('220 go\r\n');
    };
    client.on('data', onData);
  });
}

const warned = ({ faults }: Finding): string[] =>
  faults.filter(({ cause }) => cause === 'tls.no-secure-renegotiation').map(({ severity }) => severity);

const TLS_1_2 = 'NORMAL:-VERS-ALL:+VERS-TLS1.2';

describe.each([
  ['without RFC 5746', `${TLS_1_2}:%DISABLE_SAFE_RENEGOTIATION`, true],
  ['with it', TLS_1_2, undefined],
  ['with TLS 1.3, which needs none', 'NORMAL:%DISABLE_SAFE_RENEGOTIATION', undefined],
] as const)('a mail server %s', (_, priority, unsafe) => {
  test('is known behind STARTTLS and on smtps, each in one session', async () => {
    const { port, stop } = await startGnuTls(identity, priority, 'echo');
    const front = inFront(port);
    try {
      const context = loopbackContext({ trustAnchors: [authority.root] });
      const starttls = await probeAndDiagnose(smtpSpec(await bound(front), { timeoutMs: 6_000 }), context);
      expect(starttls.observation.smtp?.tls?.handshake.status).toBe('complete');
      expect(starttls.observation.smtp?.tls?.noSecureRenegotiation).toBe(unsafe);
      expect(warned(starttls.finding)).toEqual(unsafe ? ['warn'] : []);

      const smtps = await probeAndDiagnose(smtpSpec(port, { kind: 'smtps', timeoutMs: 5_000 }), context);
      expect(smtps.observation.smtp?.tls?.handshake.status).toBe('complete');
      expect(smtps.observation.smtp?.tls?.noSecureRenegotiation).toBe(unsafe);
      expect(warned(smtps.finding)).toEqual(unsafe ? ['warn'] : []);
    } finally {
      front.close();
      await stop();
    }
  });
});
