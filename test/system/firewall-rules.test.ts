/**
 * Rules of the firewalls that run here, pasted as they are: into nft, iptables and ufw within a network namespace of
 * the test's own, where a connection shows what they do. firewalld needs a bus and a service manager, so its rules are
 * read by its own parser, offline.
 */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FirewallFlow, firewallRules } from '../../lib/engine/firewall/index.ts';
import { allowRules } from '../../lib/report/listener-texts/allow-rules.ts';
import { productRules } from '../../lib/report/listener-texts/product-rules.ts';

const run = promisify(execFile);
const NAMESPACE = `ic-rules-${process.pid}`;
const SOURCES = { 4: '198.51.100.7', 6: '2001:db8:1::7' } as const;
const TARGETS = { 4: '203.0.113.10', 6: '2001:db8::10' } as const;
const PORT = 8443;

// Without root they fail in CI.
const skipped = process.getuid?.() !== 0 && !process.env.CI;
const folder = mkdtempSync(join(tmpdir(), 'ic-rules-'));

const inside = (script: string): Promise<{ stdout: string; stderr: string }> =>
  run('ip', ['netns', 'exec', NAMESPACE, 'unshare', '-m', 'sh', '-ec', script]);

const ruleOf = (product: string, action: FirewallFlow['action'], family: 4 | 6): string =>
  firewallRules({ action, address: TARGETS[family], port: PORT, protocol: 'tcp', sources: [] }).find(
    (one) => one.product === product,
  )?.rule ?? '';

const READY = `
const net = require('node:net');
const [from, to] = process.argv.slice(1);
const server = net.createServer((socket) => socket.end()).listen(${PORT}, to, () => {
  const socket = net.connect({ host: to, port: ${PORT}, localAddress: from });
  const end = (text) => { console.log(text); process.exit(0); };
  socket.on('connect', () => end('open'));
  socket.on('error', (error) => end(error.code));
  // What has arrived by then is read first, however late this process gets its turn.
  setTimeout(() => setImmediate(setImmediate, end, 'silent'), 1500);
});`;

/** Of the approval sheet for a test listener. */
const sheetOf = (
  id: string,
  sources: readonly string[],
): { readonly add: string; readonly remove: string } => {
  const rule = allowRules({ ports: [80, PORT], mailPorts: [], minutes: 30, sources }).find(
    (one) => one.id === id,
  );
  if (rule === undefined) throw new Error(`the sheet has no ${id}`);
  return { add: rule.add.join('\n'), remove: rule.remove.join('\n') };
};

/** Where Docker has it: in front of what it publishes, here with a drop of the administrator's own. */
const DOCKER_USER = ['iptables', 'ip6tables']
  .map(
    (tool) =>
      `${tool} -F; ${tool} -P INPUT ACCEPT; ${tool} -N DOCKER-USER; ${tool} -A INPUT -j DOCKER-USER; ${tool} -A DOCKER-USER -j DROP`,
  )
  .join('\n');

/** What an earlier test left. */
const CLEAN = 'nft flush ruleset';

/** What a connection within the namespace comes to, after `script`. */
async function seen(script: string, family: 4 | 6): Promise<string> {
  const node = `'${process.execPath}' -e "$PROGRAM" ${SOURCES[family]} ${TARGETS[family]}`;
  const { stdout } = await inside(`PROGRAM=$(cat <<'END'\n${READY}\nEND\n)\n${CLEAN}\n${script}\n${node}`);
  return stdout.trim().split('\n').at(-1) ?? '';
}

const NFT = (policy: string): string => `nft 'table inet filter {
  chain input { type filter hook input priority filter; policy ${policy}; ct state established accept; }
  chain forward { type filter hook forward priority filter; policy ${policy}; }
}'`;
const IPTABLES = (policy: string): string =>
  ['iptables', 'ip6tables']
    .map(
      (tool) =>
        `${tool} -F; ${tool} -P INPUT ${policy}; ${tool} -A INPUT -m state --state ESTABLISHED -j ACCEPT`,
    )
    .join('\n');
/** ufw's own state, in place of this machine's. */
const UFW = (policy: string): string => `mount --bind '${folder}/ufw' /etc/ufw
# Backups are named by the second, and a second reset within one refuses to overwrite them.
rm -f /etc/ufw/*.20*_*
ufw --force reset >/dev/null
ufw default ${policy} incoming >/dev/null
ufw --force enable >/dev/null
# ufw lets loopback through before anything else.
iptables -D ufw-before-input -i lo -j ACCEPT; ip6tables -D ufw6-before-input -i lo -j ACCEPT`;

const FIREWALLS = [
  { product: 'nftables', drops: NFT('drop'), accepts: NFT('accept') },
  { product: 'iptables', drops: IPTABLES('DROP'), accepts: IPTABLES('ACCEPT') },
  { product: 'ufw', drops: UFW('deny'), accepts: UFW('allow') },
];

describe.skipIf(skipped)('rules, pasted', () => {
  beforeAll(async () => {
    await run('ip', ['netns', 'add', NAMESPACE]);
    const addresses = [...Object.values(SOURCES), ...Object.values(TARGETS)]
      .map((address) => `ip address add ${address} dev lo${address.includes(':') ? ' nodad' : ''}`)
      .join('\n');
    await inside(`ip link set lo up\n${addresses}`);
    if (existsSync('/etc/ufw')) cpSync('/etc/ufw', join(folder, 'ufw'), { recursive: true });
  });
  afterAll(() => {
    spawnSync('ip', ['netns', 'delete', NAMESPACE]);
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { product, drops, accepts } of FIREWALLS)
    for (const family of [4, 6] as const) {
      it(`of ${product} let IPv${family} in`, async () => {
        expect(await seen(drops, family)).toBe('silent');
        expect(await seen(`${drops}\n${ruleOf(product, 'allow', family)}`, family)).toBe('open');
      });

      it(`of ${product} keep IPv${family} out`, async () => {
        expect(await seen(accepts, family)).toBe('open');
        expect(await seen(`${accepts}\n${ruleOf(product, 'deny', family)}`, family)).toBe('silent');
      });
    }

  for (const { product, drops } of FIREWALLS.filter((one) => one.product !== 'iptables'))
    for (const family of [4, 6] as const)
      it(`of the approval sheet let IPv${family} through ${product}, and are taken back`, async () => {
        const elsewhere = sheetOf(product, ['192.0.2.0/24', '2001:db8:ffff::1']);
        expect(await seen(`${drops}\n${elsewhere.add}`, family)).toBe('silent');
        for (const sources of [[], ['192.0.2.0/24', ...Object.values(SOURCES)]]) {
          const { add, remove } = sheetOf(product, sources);
          expect(await seen(`${drops}\n${add}`, family)).toBe('open');
          expect(await seen(`${drops}\n${add}\n${remove}`, family)).toBe('silent');
        }
      });

  for (const [id, drops] of [
    ['nftables', NFT('drop')],
    ['ufw', UFW('deny')],
    ['docker', DOCKER_USER],
  ] as const)
    for (const family of [4, 6] as const)
      it(`of the product let IPv${family} through ${id}, and are taken back`, async () => {
        const rule = productRules({ ports: [80, PORT] }).find((one) => one.id === id);
        const [add, remove] = [rule?.add.join('\n'), rule?.remove.join('\n')];
        expect(await seen(drops, family)).toBe('silent');
        expect(await seen(`${drops}\n${add}`, family)).toBe('open');
        expect(await seen(`${drops}\n${add}\n${remove}`, family)).toBe('silent');
      });

  it('of the approval sheet are read by firewalld', async () => {
    const config = join(folder, 'firewalld-sheet');
    cpSync('/etc/firewalld', config, { recursive: true });
    const offline = `firewall-offline-cmd --system-config '${config}'`;
    const text = (lines: string): string =>
      lines.replace(/firewall-cmd (?:--timeout=30m )?/g, `${offline} --zone=public `);
    for (const sources of [[], Object.values(SOURCES)]) {
      const { add, remove } = sheetOf('firewalld', sources);
      expect(add).toContain('--timeout=30m');
      const list = `${offline} --zone=public --list-ports; ${offline} --zone=public --list-rich-rules`;
      const added = await inside(`${text(add)}; echo; ${list}`);
      expect(added.stdout).toMatch(
        sources.length === 0 ? /8443\/tcp/ : /source address="198\.51\.100\.7" port port="8443"/,
      );
      const removed = await inside(`${text(remove)} >/dev/null; ${list}`);
      expect(removed.stdout).not.toContain(String(PORT));
    }
  });

  it.each(['allow', 'deny'] as const)('of firewalld are read by firewalld: %s', async (action) => {
    const config = join(folder, `firewalld-${action}`);
    cpSync('/etc/firewalld', config, { recursive: true });
    for (const family of [4, 6] as const) {
      const text = ruleOf('firewalld', action, family)
        .replaceAll('firewall-cmd --permanent', `firewall-offline-cmd --system-config '${config}'`)
        .replace(/^firewall-cmd --reload$/m, '');
      const { stdout } = await inside(
        `${text}\nfirewall-offline-cmd --system-config '${config}' --zone=public --list-rich-rules\nfirewall-offline-cmd --system-config '${config}' --check-config`,
      );
      expect(stdout).toContain(`destination address="${TARGETS[family]}" port port="${PORT}"`);
    }
  });
});
