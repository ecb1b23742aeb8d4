import type { Command } from 'commander';
import { FIREWALL_IDS } from '../../engine/firewall/ids.ts';
import type { EndpointReport } from '../../engine/report-schema.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';

export const addFirewallOption = (command: Command): Command =>
  command.option(
    '--firewall <name>',
    `rules for this firewall alone, in every format: ${FIREWALL_IDS.join(', ')}`,
  );

/** The product whose rules are wanted; `undefined`: all. */
export async function firewallOf(name: string | undefined): Promise<ParseResult<string | undefined>> {
  if (name === undefined) return parsed(undefined);
  const { firewallProduct } = await import('../../engine/firewall/index.ts');
  const product = firewallProduct(name.trim().toLowerCase());
  if (product !== undefined) return parsed(product);
  const { didYouMean } = await import('../../input/request/nearest.ts');
  const { quote } = await import('../../input/request/quote.ts');
  return inputError(
    `--firewall: there is no firewall ${quote(name)}${didYouMean(name, FIREWALL_IDS) || `; known: ${FIREWALL_IDS.join(', ')}`}`,
  );
}

/** The endpoint with the rules of one product alone. */
export const withRulesOf = (product: string, report: EndpointReport): EndpointReport => ({
  ...report,
  ...(report.rules && { rules: report.rules.filter((rule) => rule.product === product) }),
});
