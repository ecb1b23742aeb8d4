import { type Peer, phrase, target } from './peer.ts';

export const openssl: Peer = {
  id: 'openssl',
  title: 'openssl s_client',
  version: ['openssl', ['version'], /OpenSSL ([\d.]+)/],
  call: 'openssl s_client -brief -verify_hostname HOST -CAfile ROOT [-starttls smtp] -connect HOST:PORT',
  atOnce: 6,
  speaks: ({ kind }) => ['tls', 'https', 'smtps', 'smtp'].includes(kind),
  async ask({ endpoint, host, trustFile }) {
    const { status, stdout, stderr } = await host.run(
      'openssl',
      [
        ...['s_client', '-brief', '-CAfile', trustFile, '-connect', target(endpoint)],
        ...['-servername', endpoint.host, '-verify_hostname', endpoint.host],
        ...(endpoint.kind === 'smtp' ? ['-starttls', 'smtp'] : []),
      ],
      { timeoutMs: 7_000 },
    );
    const output = `${stdout}\n${stderr}`;
    const verification = /^Verification(?: error)?: .*$/m.exec(output)?.[0];
    if (verification !== undefined) return phrase(verification);
    if (status === null) return 'hangs (ended after 7 s)';
    // 40B709B28E7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:file:line:more
    const errors = [...output.matchAll(/^[\dA-F]+:error:[^:]*:[^:]*:[^:]*:([^:]*):[^:]*:\d+:(.*)$/gm)].map(
      ([, reason = '', more = '']) => (reason === 'system lib' ? more : reason),
    );
    const told = errors[0] ?? /^(?!CONNECTED|---)\S.*$/m.exec(stderr)?.[0];
    return phrase(told ?? `exit ${status}`);
  },
};
