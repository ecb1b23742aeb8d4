/** The cost page as Markdown: what `npm run cost` writes to docs/cost.md. Pure. */
import { type CostInput, computeCosts, KEPT, runUsd } from './costs.ts';
import { addressCost, type CostLine, canaryCost, total } from './estimate.ts';
import { HOME_PRICES_ADDED, PRICES_READ, type Price, prices } from './prices.ts';

export interface CostPageInput extends CostInput {
  /** Targets that are given to the sweep. */
  readonly sweepTargets: number;
}

/** Dollars with two digits that say something, or in cents. */
const usd = (amount: number): string =>
  `$${amount >= 1 ? amount.toFixed(2) : plain(Number(amount.toPrecision(2)))}`;
const small = (amount: number): string => `$${plain(Number(amount.toPrecision(3)))}`;
const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const costTable = (lines: readonly CostLine[], divisor = 1): string =>
  table(
    ['', 'quantity', 'of', 'US dollars'],
    [
      ...lines
        .filter(({ price }) => price !== KEPT)
        .map(({ what, quantity, price, usd: amount }) => [
          what,
          number(quantity / divisor),
          prices[price].per,
          small(amount / divisor),
        ]),
      ['**Together**', '', '', `**${small(runUsd(lines) / divisor)}**`],
      ...lines
        .filter(({ price }) => price === KEPT)
        .map(({ what, quantity, price, usd: amount }) => [
          what,
          number(quantity / divisor),
          prices[price].per,
          small(amount / divisor),
        ]),
    ],
  );

const minutes = (seconds: number): string => (seconds / 60).toFixed(0);

export function costPage(input: CostPageInput): string {
  const costs = computeCosts(input);
  const { workload, retentionDays, sweepTargets } = input;
  const { check, child, vantages, targetsPerChild } = costs;
  const swept = workload.sweepFunctionMs;
  const childSeconds = (swept.plan + swept.dispatcher + swept.judge + swept.report + swept.publish) / 1_000;
  const transitions = check.find(({ price }) => price === 'transition')?.usd ?? 0;
  const perTarget = runUsd(child) / targetsPerChild;
  const keptPerTarget = (total(child) - runUsd(child)) / targetsPerChild;
  const seconds = Object.values(costs.sweepSeconds).reduce((sum, value) => sum + value, 0);
  const shown: readonly Price[] = Object.values(prices);
  return `# What it costs

Written by \`npm run cost\`, which reads the synthesized templates (state machines, memory of functions), a workload
measured on the test rig (\`npm run bench:fleet\`) and a table of prices. Change one of them and run it again.

- Workload: ${workload.basis}.
- Prices: US dollars, eu-central-1 (the default home region), list prices without free tiers. Those that are the same
  everywhere were put together on ${PRICES_READ}, the others on ${HOME_PRICES_ADDED} without a price list of AWS at
  hand: [below](#prices) they are marked as not confirmed. Nothing checks any of them against AWS: look at the pages
  named there before you rely on them.
- A transition is a state that is entered, those in a Map once for each item, and one for the start of the execution.

## A check of one target from ${vantages} vantages

**${usd(runUsd(check))}**, of which ${Math.round((transitions / runUsd(check)) * 100)} % are state transitions. Their number is
${costs.checkTransitions}, whatever the number of endpoints: a vantage gets all of them in one batch. A confirmation adds
${costs.confirmationTransitions}. All functions start cold here, as they do for a check that comes alone.

${costTable(check)}

The last line is what stays in the bucket for ${retentionDays} days (\`retentionDays\` in cdk.json).

A check that a person started, and no schedule, also has its vantages write what they have seen so far, once a second at most
and only while there is more: up to ${number(costs.earlyPuts)} PUTs here, **${usd(costs.earlyPuts * prices.s3Put.usd)}**. Each look of somebody who watches
reads one such object a vantage, ${usd(vantages * prices.s3Get.usd)} together, until the vantage has answered.

A vantage that judges IPv6 (\`ipv6Vantages\`) adds **${usd(costs.ipv6VantageUsd)}** to a check of a target with an IPv6 address, and
nothing to any other, as it is not asked there. It is reckoned as one more vantage that sees as much.

## A target in a sweep

**${usd(perTarget)}** for each target, plus ${usd(keptPerTarget)} for what is kept of it. ${targetsPerChild} targets share a child
execution of ${costs.childTransitions} transitions: ${number(costs.childTransitions / targetsPerChild)} for each target. Lambda works
${number(seconds)} s for each target: ${Object.entries(costs.sweepSeconds)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ')}.

${costTable(child, targetsPerChild)}

${sweepTargets.toLocaleString('en-US')} targets are ${number(sweepTargets / targetsPerChild)} children. 25 of them at a time have
${minutes((25 * 3_600) / (sweepTargets / targetsPerChild))} minutes each to be done in an hour; a healthy one takes
${number(childSeconds)} s.

## The same by CloudWatch Synthetics

A canary checks all endpoints of a target in one run and must be deployed in each region. Its Lambda time, logs and
artefacts come on top and are left out here.

${table(
  ['', 'Inbound Check', 'CloudWatch Synthetics'],
  [
    [`one target from ${vantages} regions`, usd(runUsd(check)), usd(canaryCost(vantages, 1))],
    [
      `${sweepTargets.toLocaleString('en-US')} targets from ${vantages} regions`,
      usd(perTarget * sweepTargets),
      usd(canaryCost(vantages, sweepTargets)),
    ],
    [
      `one target every 5 minutes for 30 days`,
      usd(runUsd(check) * 12 * 24 * 30),
      usd(canaryCost(vantages, 12 * 24 * 30)),
    ],
  ],
)}

## What a month costs in which nothing is checked

The watchdog looks every five minutes, whether there are schedules or not; it is taken to run for a second.

${table(
  ['', 'quantity', 'of', 'US dollars'],
  [...costs.standing.map(monthRow), ['**Together**', '', '', `**${total(costs.standing).toFixed(2)}**`]],
)}

Each vantage with a fixed address adds a NAT gateway and an Elastic IP: **${usd(total(addressCost(1)))} a month**, and
${usd(prices.natGigabyte.usd)} for each GB through it. IPv6 goes out by the egress-only gateway, which is free: a vantage that judges
IPv6 adds nothing to such a month.

## A site vantage

A [machine elsewhere](vantages.md) asks for work every 10 s, with work or without: **${usd(total(costs.siteVantage))} a month**. To keep each question
waiting, as a station does, would keep a function busy all month. In a check it adds a dispatch, as another
vantage does, and a transition.

${table(
  ['', 'quantity', 'of', 'US dollars'],
  [
    ...costs.siteVantage.map(monthRow),
    ['**Together**', '', '', `**${total(costs.siteVantage).toFixed(2)}**`],
  ],
)}

## What comes with use, beside the checks

${table(['', 'quantity', 'of', 'US dollars'], costs.used.map(monthRow))}

## Prices

${table(
  ['eu-central-1', 'us-east-1', 'for one', 'source', 'eu-central-1 rests on'],
  shown.map(({ usd: amount, usEast1 = amount, per, source, basis = 'the source' }) => [
    `$${plain(amount)}`,
    `$${plain(usEast1)}`,
    per,
    source,
    basis,
  ]),
)}
`;
}

const monthRow = ({ what, quantity, price, usd: amount }: CostLine): string[] => [
  what,
  number(quantity),
  prices[price].per,
  amount.toFixed(2),
];

/** Without an exponent. */
const plain = (amount: number): string => amount.toFixed(12).replace(/0+$/, '').replace(/\.$/, '');
