import { type Peer, phrase } from './peer.ts';

export const swaks: Peer = {
  id: 'swaks',
  title: 'swaks',
  version: ['swaks', ['--version'], /version ([\d.]+)/],
  call: 'swaks --quit-after RCPT --tls-optional --from "<>" --to RECIPIENT --server HOST:PORT',
  atOnce: 4,
  speaks: ({ kind }) => kind === 'smtp' || kind === 'smtps',
  async ask({ endpoint, host }) {
    const { status, stdout, stderr } = await host.run(
      'swaks',
      [
        ...['--server', endpoint.host, '--port', String(endpoint.port), '--timeout', '6'],
        ...['--quit-after', 'RCPT', '--helo', 'prober.lab.test', '--from', '<>'],
        ...['--to', endpoint.assertions?.recipient ?? `postmaster@${endpoint.host}`],
        endpoint.kind === 'smtps' ? '--tls-on-connect' : '--tls-optional',
      ],
      { timeoutMs: 14_000 },
    );
    const lines = `${stdout}\n${stderr}`.split('\n');
    // `***`: its own remark; `<**` and `<~*`: an answer that it did not want.
    const trouble = lines.filter((line) => /^(\*\*\* |<\*\*|<~\*)/.test(line)).at(-1);
    if (trouble !== undefined) return phrase(trouble);
    if (status === null) return 'hangs (ended after 14 s)';
    return status === 0 ? 'exit 0: accepted up to RCPT' : phrase(`exit ${status}: ${lines.at(-2) ?? ''}`);
  },
};
