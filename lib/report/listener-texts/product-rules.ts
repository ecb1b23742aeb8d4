import type { AllowRule } from './allow-rules.ts';
import type { TextSettings } from './text-settings.ts';

export interface ProductRule extends Omit<AllowRule, 'id'> {
  readonly id: AllowRule['id'] | 'docker';
}

const NAME = 'product-inbound';

/**
 * The rule that the product needs when the listener has gone: it stays, and lets in whoever uses the product. Two firewalls
 * look at more than the port, so that a proof of the listener says nothing of them: Windows at the program, Docker's in another chain.
 */
export function productRules({ ports }: Pick<TextSettings, 'ports'>): readonly ProductRule[] {
  const list = ports.join(',');
  const windows = `New-NetFirewallRule -Name ${NAME} -DisplayName 'Product, inbound' -Direction Inbound -Action Allow -Protocol TCP -LocalPort ${list}`;
  const nftRule = `tcp dport { ${ports.join(', ')} } accept comment "${NAME}"`;
  const docker = (action: 'I' | 'D'): string[] =>
    ports.flatMap((port) =>
      ['iptables', 'ip6tables'].map(
        (tool) =>
          `${tool} -${action} DOCKER-USER -p tcp -m conntrack --ctorigdstport ${port} -m comment --comment ${NAME} -j RETURN`,
      ),
    );
  return [
    {
      id: 'windows',
      product:
        'Windows Firewall, one of the three: a program, a service by its short name, or IIS and whatever else is behind http.sys',
      add: [
        `${windows} -Program 'C:\\Program Files\\PRODUCT\\product.exe'`,
        `${windows} -Service PRODUCT`,
        `${windows} -Program System`,
      ],
      remove: [`Remove-NetFirewallRule -Name ${NAME}`],
    },
    {
      id: 'ufw',
      product: 'ufw',
      add: [`ufw allow in proto tcp from any to any port ${list} comment '${NAME}'`],
      remove: [`ufw delete allow in proto tcp from any to any port ${list}`],
    },
    {
      id: 'firewalld',
      product: 'firewalld',
      add: [
        ...ports.map((port) => `firewall-cmd --permanent --add-port=${port}/tcp`),
        'firewall-cmd --reload',
      ],
      remove: [
        ...ports.map((port) => `firewall-cmd --permanent --remove-port=${port}/tcp`),
        'firewall-cmd --reload',
      ],
    },
    {
      id: 'nftables',
      product: 'nftables (the next start forgets it unless it is in /etc/nftables.conf, too)',
      add: [`nft 'insert rule inet filter input ${nftRule}'`],
      remove: [
        String.raw`nft -a list chain inet filter input | sed -n 's/.*"${NAME}" # handle \([0-9]*\)$/delete rule inet filter input handle \1/p' | nft -f -`,
      ],
    },
    {
      id: 'docker',
      product:
        'A port that Docker publishes passes none of the rules above, but the chain DOCKER-USER, where it is only needed if something there drops. The port is the one that is published, whatever the container has; the next start forgets it',
      add: docker('I'),
      remove: docker('D'),
    },
  ];
}
