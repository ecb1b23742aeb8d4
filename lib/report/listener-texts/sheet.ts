import { sha256 } from '../signature/canonical.ts';
import { allowRules } from './allow-rules.ts';
import { ncText } from './nc.ts';
import { perlText } from './perl.ts';
import { powershellText } from './powershell.ts';
import { type ProductRule, productRules } from './product-rules.ts';
import { pythonText } from './python.ts';
import type { TextSettings } from './text-settings.ts';

const PROGRAMS = { perl: perlText, python: pythonText, powershell: powershellText, nc: ncText } as const;

/** What a change board asks before a port is opened, in Markdown. */
export function sheetText(settings: TextSettings): string {
  const { ports, sources, minutes, healthPath } = settings;
  const rules = allowRules(settings);
  const product = productRules(settings);
  return `# Request: a test listener for ${duration(minutes)}

| question | answer |
| --- | --- |
| What for | to prove that the internet reaches this host, before the product is installed |
| Ports | TCP ${ports.join(', ')}, inbound |
| From | ${sources.length === 0 ? 'the addresses of the test, as your provider names them' : sources.join(', ')} |
| How long | ${duration(minutes)} from its start, then it ends by itself; Ctrl-C ends it before |
| Outgoing connections | none |
| Installed, or written to disk | nothing |
| Rights | those that open the ports: below 1024 as a rule root or Administrator |
| What it answers | its own address and port, the client's, the time, and an HMAC-SHA-256 of them by a code of 80 bits${healthPath === undefined ? '' : `; ${healthPath} for a load balancer`} |
| What it takes | 16 kB and 10 s of a connection at most; no mail, no file, no command |
| The code | typed in at its start; in no file, no argument and no log |

## The program

One of these texts of \`inbound-check listen --print\`, made with the same ports, time and path. Its SHA-256
(\`sha256sum FILE\`, \`Get-FileHash FILE\`) says that it is the one that was approved:

| text | SHA-256 |
| --- | --- |
${Object.entries(PROGRAMS)
  .map(([name, text]) => `| ${name} | \`${sha256(text(settings))}\` |`)
  .join('\n')}

## The rule of the host, where it has a firewall

${rules.map(({ product, add }) => `${product}:\n\n${block(add)}`).join('\n\n')}

The firewall in front, the NAT and the load balancer need the same: TCP ${ports.join(', ')} to this host.

## Afterwards

The listener has ended by itself. Take the rule back:

${rules.map(({ product, remove }) => `${product}:\n\n${block(remove)}`).join('\n\n')}

Delete the file with the text, if there is one. Nothing else is left.

## What it proves

That packets from the test reached this host on these ports and answers came back. The rule of the product is another
one: a rule of Windows can name one program, and what Docker publishes passes another chain. Check once more when the
product runs.

## The rule of the product

The rule above went with the listener; the product needs one that stays. One of these, for the firewall that the host has.
They let in everybody: where the product's users come from known addresses, name those. Put the product's own names in the
place of PRODUCT.

${product.map(({ product: name, add }) => `${name}:\n\n${block(add)}`).join('\n\n')}

When the product is removed, the rule goes, too:

${product.map(({ id, remove }) => `${SHORT[id]}:\n\n${block(remove)}`).join('\n\n')}
`;
}

const SHORT = {
  windows: 'Windows Firewall',
  ufw: 'ufw',
  firewalld: 'firewalld',
  nftables: 'nftables',
  docker: 'Docker',
} as const satisfies Record<ProductRule['id'], string>;

const block = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;

const duration = (minutes: number): string =>
  minutes >= 1 ? `${Math.round(minutes)} minutes` : `${Math.round(minutes * 60)} seconds`;
