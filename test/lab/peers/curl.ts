import { type Peer, phrase, target } from './peer.ts';

export const curl: Peer = {
  id: 'curl',
  title: 'curl',
  version: ['curl', ['--version'], /^curl ([\d.]+)/],
  call: 'curl -sSL --max-redirs 10 --cacert ROOT URL',
  atOnce: 4,
  speaks: ({ kind }) => kind === 'http' || kind === 'https',
  async ask({ endpoint, host, trustFile }) {
    const { status, stdout, stderr } = await host.run(
      'curl',
      [
        ...['-sSL', '--max-redirs', '10', '--max-time', '7', '--connect-timeout', '5', '--cacert', trustFile],
        ...[
          '-o',
          '/dev/null',
          '-w',
          '%{http_code}',
          `${endpoint.kind}://${target(endpoint)}${endpoint.path ?? '/'}`,
        ],
      ],
      { timeoutMs: 10_000 },
    );
    if (status === 0) return `HTTP ${stdout}`;
    return phrase(stderr.replace(/^curl: /, '') || 'no answer in 10 s');
  },
};
