/**
 * A process of its own that makes exchanges when told to, and says what they cost. One for each way to make them, so
 * that none warms or burdens another's code.
 */
import { bareExchanges } from './bare.ts';
import { type Measured, type Round, repeat, type Site } from './exchange.ts';
import { checkRound, probeExchanges } from './ours.ts';

const [id, siteJson = ''] = process.argv.slice(2);
const site = JSON.parse(siteJson) as Site;
const run = runner();

function runner(): (round: Round) => Promise<number> {
  if (id === 'check') return (round) => checkRound(site, round);
  const exchanges = id === 'bare' ? bareExchanges(site) : probeExchanges(site);
  return (round) => repeat(exchanges[round.exchange], round);
}

process.on('message', async (round: Round) => {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const failed = await run(round);
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const measured: Measured = { cpuMs: (user + system) / 1_000, wallMs, failed };
  process.send?.(measured);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
