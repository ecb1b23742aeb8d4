import { type Peer, phrase } from './peer.ts';

const PORT_LINE = /^\d+\/(?:tcp|udp)\s+(\S+)\s+\S+\s+(.*)$/m;
const SCRIPT_LINE = /^\|_?\s*(?:banner: (.*)|(Not valid (?:before|after):.*))$/gm;

export const nmap: Peer = {
  id: 'nmap',
  title: 'nmap',
  version: ['nmap', ['--version'], /version ([\d.]+)/],
  // Without -sV, which takes 12 s for a web server and up to 30 s for others.
  call: 'nmap -Pn --reason --script banner,ssl-cert -p PORT HOST',
  atOnce: 24,
  speaks: ({ kind }) => kind !== 'dns' && kind !== 'ntp',
  async ask({ endpoint, place, host }) {
    const { stdout, stderr } = await host.run(
      'nmap',
      [
        ...(place.v4.length === 0 ? ['-6'] : []),
        ...['-Pn', '--reason', '--max-retries', '2'],
        ...['--script', 'banner,ssl-cert', '--script-timeout', '7s'],
        ...['-p', String(endpoint.port), endpoint.host],
      ],
      { timeoutMs: 20_000 },
    );
    const [, state, why = ''] = PORT_LINE.exec(stdout) ?? [];
    if (state !== undefined) {
      const more = [...stdout.matchAll(SCRIPT_LINE)].map(([, banner, dates]) => banner ?? dates ?? '');
      return phrase([`${state} (${why.replace(/ ttl \d+/, '').trim()})`, ...more].join('; '));
    }
    if (/Failed to resolve/.test(stdout + stderr)) return 'Failed to resolve the name';
    return phrase(stderr || stdout.split('\n').slice(1).join(' ') || 'no answer in 20 s');
  },
};
