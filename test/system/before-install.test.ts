/**
 * docs/before-install.md, done: its commands in its order by the real command line, in network namespaces: the prober, the
 * customer's firewall with its NAT, and behind it a machine on which the Perl text is pasted. It must print what the page
 * shows, and end as the page says.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import buildOnce from '../cli/build-once.ts';
import { cleanEnv, ENTRY, ROOT } from '../cli/run-cli.ts';
import { createHost, type Finished, type Host } from '../lab/host.ts';
import {
  addNamespace,
  command,
  ipBatch,
  namespaceName,
  removeOwnNamespaces,
  setKernel,
  whyNoLab,
} from '../lab/namespaces.ts';
import { endPasted, type Pasted, pasteText } from './both-ends/pasted-text.ts';
import { readStory, toolArgs } from './story/page.ts';

const PAGE = readFileSync(join(ROOT, 'docs/before-install.md'), 'utf8');
const EVENTS = readStory(PAGE);

/** Name and addresses of the page. */
const NAME = 'www.example.com';
const PROBER = '198.51.100.9';
const PUBLIC = '198.51.100.7';
const MACHINE = '10.0.3.4';
/** In the prober's own network: proves that its way out works, and is the wrong web server. */
const NEIGHBOUR = '198.51.100.8';

const names = {
  prober: namespaceName('early-p'),
  firewall: namespaceName('early-f'),
  machine: namespaceName('early-m'),
};

const reason = whyNoLab();
const hosts: Host[] = [];
let pasted: Pasted | undefined;
let code = '';
let lastText = '';

/** Not yet open: what is not an answer is dropped, and so are attempts at the firewall itself. */
const rules = (forwarded: string, web = MACHINE): string => `flush ruleset
table inet customer {
  chain translate { type nat hook prerouting priority dstnat;
    ip daddr ${PUBLIC} tcp dport 80 dnat ip to ${web}
    ip daddr ${PUBLIC} tcp dport 443 dnat ip to ${MACHINE}
  }
  chain forward { type filter hook forward priority filter; policy drop; ct state established,related accept; ${forwarded}; }
}
`;
const setFirewall = (text: string) =>
  command('ip', ['netns', 'exec', names.firewall, 'nft', '-f', '-'], text);

const HAPPENINGS: Readonly<Record<string, () => Promise<unknown>>> = {
  'the text is pasted at the customer': async () => {
    // A machine without Node: whatever this one has elsewhere, nothing of it is found.
    const shell = ['env', 'PATH=/usr/bin:/bin', 'sh', '-c'] as const;
    pasted = pasteText(lastText, { environment: code }, ['ip', 'netns', 'exec', names.machine, ...shell]);
  },
  'the firewall lets 80 and 443 through': () => setFirewall(rules('tcp dport { 80, 443 } accept')),
  'port 80 is led to another web server': () =>
    setFirewall(rules('tcp dport { 80, 443 } accept', '10.0.3.1')),
};

const inCi = !['', 'false'].includes(process.env.CI ?? '');
it.skipIf(reason !== undefined && !inCi)('the page can be tried here', () => {
  expect(reason).toBeUndefined();
});

describe.skipIf(reason !== undefined)('docs/before-install.md', () => {
  beforeAll(async () => {
    buildOnce();
    for (const name of Object.values(names)) await addNamespace(name, []);
    await setKernel(names.firewall, { 'net/ipv4/ip_forward': '1' });
    for (const [near, link] of [
      ['prober', 'outside'],
      ['machine', 'inside'],
    ] as const)
      await command('ip', [
        ...['link', 'add', 'name', link, 'netns', names.firewall, 'type', 'veth'],
        ...['peer', 'name', 'eth0', 'netns', names[near]],
      ]);
    await ipBatch(names.prober, [`addr add ${PROBER}/24 dev eth0`, 'link set eth0 up']);
    await ipBatch(names.machine, [
      `addr add ${MACHINE}/24 dev eth0`,
      'link set eth0 up',
      'route add default via 10.0.3.1',
    ]);
    await ipBatch(names.firewall, [
      `addr add ${PUBLIC}/24 dev outside`,
      `addr add ${NEIGHBOUR}/24 dev outside`,
      'addr add 10.0.3.1/24 dev inside',
      'link set outside up',
      'link set inside up',
    ]);
    await setFirewall(rules('counter'));
    const firewall = createHost(names.firewall);
    hosts.push(firewall, createHost(names.prober));
    for (const [address, port] of [
      [NEIGHBOUR, 80],
      [NEIGHBOUR, 443],
      ['10.0.3.1', 80],
    ] as const)
      await firewall.listen(address, port, (socket) => {
        socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nWelcome'));
      });
  });
  afterAll(async () => {
    if (pasted !== undefined) await endPasted(pasted);
    for (const host of hosts) host.stop();
    removeOwnNamespaces();
  });

  it('shows commands, screens and what happens', () => {
    expect(EVENTS.filter(({ kind }) => kind === 'command').length).toBeGreaterThan(6);
    expect(EVENTS.flatMap((event) => (event.kind === 'happening' ? [event.text] : []))).toEqual(
      expect.arrayContaining([...Object.keys(HAPPENINGS), 'the screen shows']),
    );
  });

  let broken: string | undefined;
  it.each(
    EVENTS.map(
      (event) => [`line ${event.line}: ${'text' in event ? event.text : event.name}`, event] as const,
    ),
  )('%s', async (_, event) => {
    if (broken !== undefined) throw new Error(`the story ended at ${broken}`);
    broken = `line ${event.line}`;
    if (event.kind === 'happening') {
      if (event.text === 'the screen shows') await screenShows(fenceAfter(event.line));
      else await HAPPENINGS[event.text]?.();
    } else if (event.kind === 'command') {
      const { status, stdout, stderr } = await run(toolArgs(event.text) ?? []);
      const printed = `${stdout}${stderr}`;
      expect(status, printed).toBe(event.status);
      if (event.output !== undefined) expectLines(printed, event.output);
      if (event.text.includes('--print')) lastText = stdout;
      if (event.text.includes('--new-code')) code = stdout.trim();
      else if (code !== '') expect(printed).not.toContain(code);
    }
    broken = undefined;
  });

  it('the proof names both addresses', async () => {
    await setFirewall(rules('tcp dport { 80, 443 } accept'));
    const { status, stdout } = await run([
      'check',
      NAME,
      '--profile',
      'web',
      '--with-listener',
      '--format',
      'json',
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain(`${PUBLIC}:443 → ${MACHINE}:443`);
    expect(stdout).toContain(`${PUBLIC}:80 → ${MACHINE}:80`);
  });

  it('a listener that has gone is no closed firewall', async () => {
    if (pasted !== undefined) await endPasted(pasted);
    const { status, stdout } = await run(['check', NAME, '--profile', 'web', '--with-listener']);
    expect(status).toBe(1);
    expect(stdout).toContain('tcp.refused');
    expect(stdout).not.toContain('tcp.filtered');
  });
});

/** From the prober, which is allowed to test these addresses, and knows that its way out works. */
async function run(args: readonly string[]): Promise<Finished> {
  const [, prober] = hosts;
  if (prober === undefined) throw new Error('no prober');
  const isCheck = args[0] === 'check';
  const own = isCheck
    ? [
        ...[
          '--allow-private',
          '--no-default-controls',
          '--no-history',
          '--confirm',
          '0',
          '--timeout',
          '4000',
        ],
        ...['--resolve', `${NAME}:80:${PUBLIC}`, '--resolve', `${NAME}:443:${PUBLIC}`],
        ...['--control', `80=${NEIGHBOUR}:80`, '--control', `443=${NEIGHBOUR}:443`],
      ]
    : [];
  const variables = Object.entries(cleanEnv({ INBOUND_CHECK_LISTENER_CODE: code }))
    .filter(([name]) => /^(?:INBOUND_CHECK_LISTENER_CODE|XDG_\w+|PATH|HOME)$/.test(name))
    .map(([name, value = '']) => `${name}=${value}`);
  return prober.run('env', [...variables, process.execPath, ENTRY, ...args, ...own], { timeoutMs: 300_000 });
}

/** The ```text fence that comes next. */
function fenceAfter(line: number): readonly string[] {
  const rest = PAGE.split('\n').slice(line);
  const from = rest.indexOf('```text') + 1;
  return rest.slice(from, rest.indexOf('```', from));
}

/** A line of the page as a pattern: times, words and codes are others each time, `…` is any text. */
const patternOf = (line: string): RegExp =>
  new RegExp(
    `^\\s*${line
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\d\d:\d\d:\d\d/g, '\\d\\d:\\d\\d:\\d\\d')
      .replace(/[A-Z]+ [A-Z]+ \d\d$/, '[A-Z]+ [A-Z]+ \\d\\d')
      .replace(/(?:[0-9A-Z]{4}-){4}[0-9A-Z]/, '\\S{4}-\\S{4}-\\S{4}-\\S{4}-\\S')
      .replaceAll('…', '.*')}$`,
    'm',
  );

async function screenShows(lines: readonly string[]): Promise<void> {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(await pasted?.until(patternOf(line))).toMatch(patternOf(line));
}

function expectLines(printed: string, shown: string): void {
  for (const line of shown.split('\n')) expect(printed).toMatch(patternOf(line));
}
