import { parseSource, sourceText } from '../../engine/firewall/flow.ts';
import type { TextSettings } from './text-settings.ts';

/** The lines of one host firewall that let the test in, and those that take them back. */
export interface AllowRule {
  readonly id: 'windows' | 'ufw' | 'firewalld' | 'nftables';
  readonly product: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

const NAME = 'inbound-check-listener';

/**
 * The writers in lib/engine/firewall are for a product's own rule, which names the public address and stays. These are for
 * the host that listens, whatever address it is reached by, and each is taken back by its name or by itself.
 */
export function allowRules({ ports, sources, minutes }: TextSettings): readonly AllowRule[] {
  const parsed = sources.flatMap((text) => parseSource(text) ?? []);
  const texts = parsed.map(sourceText);
  const list = ports.join(',');
  const families = ([4, 6] as const).map((family) => ({
    family,
    sources: parsed.filter((source) => source.family === family).map(sourceText),
  }));
  const ufw = (texts.length === 0 ? ['any'] : texts).map(
    (source) => `allow in proto tcp from ${source} to any port ${list}`,
  );
  const nft =
    texts.length === 0
      ? ['']
      : families
          .filter((one) => one.sources.length > 0)
          .map((one) => `${one.family === 4 ? 'ip' : 'ip6'} saddr { ${one.sources.join(', ')} } `);
  const rich =
    texts.length === 0
      ? ports.map((port) => `port=${port}/tcp`)
      : families.flatMap((one) =>
          one.sources.flatMap((source) =>
            ports.map(
              (port) =>
                `rich-rule='rule family="ipv${one.family}" source address="${source}" port port="${port}" protocol="tcp" accept'`,
            ),
          ),
        );
  return [
    {
      id: 'windows',
      product: 'Windows Firewall, in a PowerShell of an administrator',
      add: [
        `New-NetFirewallRule -Name ${NAME} -DisplayName 'Inbound Check listener' -Direction Inbound -Action Allow -Protocol TCP -LocalPort ${list} -RemoteAddress ${texts.length === 0 ? 'Any' : texts.join(',')}`,
      ],
      remove: [`Remove-NetFirewallRule -Name ${NAME}`],
    },
    {
      id: 'ufw',
      product: 'ufw',
      add: ufw.map((rule) => `ufw prepend ${rule} comment '${NAME}'`),
      remove: ufw.map((rule) => `ufw delete ${rule}`),
    },
    {
      id: 'firewalld',
      product: 'firewalld (its lines end by themselves)',
      add: rich.map((rule) => `firewall-cmd --timeout=${Math.ceil(minutes)}m --add-${rule}`),
      remove: rich.map((rule) => `firewall-cmd --remove-${rule}`),
    },
    {
      id: 'nftables',
      product: 'nftables ("nft list chains" names the chain with "hook input")',
      add: nft.map(
        (saddr) =>
          `nft 'insert rule inet filter input ${saddr}tcp dport { ${ports.join(', ')} } accept comment "${NAME}"'`,
      ),
      remove: [
        String.raw`nft -a list chain inet filter input | sed -n 's/.*"${NAME}" # handle \([0-9]*\)$/delete rule inet filter input handle \1/p' | nft -f -`,
      ],
    },
  ];
}
