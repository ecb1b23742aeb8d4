import { Command } from 'commander';
import { quote } from '../../input/request/quote.ts';
import { inputError } from '../../model/input-error.ts';
import { printLines } from '../cloud/answer.ts';
import { apiAddress } from '../cloud/api-address.ts';
import { wordsOf } from '../cloud/failed.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { refuse } from '../terminal/message.ts';

export function vantageStatusCommand(setStatus: SetStatus): Command {
  return new Command('status')
    .description('on a machine that has joined: as what, what it may probe, and whether its home knows it')
    .argument('[url]', 'one address (default: all that this machine has joined)')
    .addHelpText(
      'after',
      `
  inbound-check vantage status

Exit status: 0 known there, 64 wrong usage, 69 not known there, or out of reach.`,
    )
    .action(async (url: string | undefined) => setStatus(await status(url)));
}

async function status(text: string | undefined): Promise<number> {
  const url = text === undefined ? undefined : apiAddress(text);
  if (text !== undefined && url === undefined)
    return refuse(inputError(`expected an address as https://station.example.com, not ${quote(text)}`));
  const { readEnrolments } = await import('../../local/site-enrolments.ts');
  const all = await readEnrolments(process.env);
  if (!all.ok) return refuse(all);
  const chosen = Object.entries(all.value).filter(([origin]) => url === undefined || origin === url.origin);
  if (chosen.length === 0)
    return refuse(
      inputError(
        `this machine has joined ${text === undefined ? 'nothing' : quote(text)} yet: inbound-check vantage join`,
      ),
    );
  const { readAllowed } = await import('../../local/site/allowed.ts');
  const { createSiteClient } = await import('../../local/site/client.ts');
  const { readPrivateKey } = await import('../../service/site/signature.ts');
  const { siteContracts } = await import('../../service/contracts/site.ts');
  const lines: string[] = [];
  let worst: number = EXIT.ok;
  for (const [origin, { name, privateKey, allow }] of chosen) {
    const allowed = readAllowed(allow);
    const client = createSiteClient({
      url: new URL(origin),
      name,
      privateKey: readPrivateKey(privateKey),
      now: Date.now,
    });
    const asking = await client(siteContracts.pollSite, { body: { working: [], look: true } });
    if (asking.status !== 'answered') worst = EXIT.unavailable;
    const known =
      asking.status === 'answered' ? `known there, position ${asking.value.position}` : wordsOf(asking);
    lines.push(`${origin}  ${name}  ${known}; ${allowed.ok ? allowed.value.words : allowed.message}`);
  }
  await printLines(lines);
  return worst;
}
