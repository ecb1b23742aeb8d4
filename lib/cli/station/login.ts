import { Command } from 'commander';
import { quote } from '../../input/request/quote.ts';
import { inputError } from '../../model/input-error.ts';
import { apiAddress, isTokenText } from '../cloud/api-address.ts';
import { failed } from '../cloud/failed.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { firstLine } from './first-line.ts';

export function loginCommand(setStatus: SetStatus): Command {
  return new Command('login')
    .description('keep the token of a station, so that commands with its address need none')
    .argument('<url>', 'address of the station, as http://127.0.0.1:8025')
    .addHelpText(
      'after',
      `
The token is read from standard input, tried once, and kept in the configuration
folder, in a file that only you may read; also where the station can't be reached, as
it is shown only once. In a pipeline set INBOUND_CHECK_TOKEN.

  inbound-check serve token --role operator | inbound-check login http://127.0.0.1:8025

Exit status: 0 kept, 64 wrong usage, or not a token of this station, 69 the station
can't be reached: the token is kept, and was not tried.`,
    )
    .action(async (url: string) => setStatus(await login(url)));
}

async function login(text: string): Promise<number> {
  const url = apiAddress(text);
  if (url === undefined)
    return refuse(inputError(`expected an address as http://127.0.0.1:8025, not ${quote(text)}`));
  if (process.stdin.isTTY) message('paste the token, and press Enter');
  const token = await firstLine();
  if (!isTokenText(token))
    return refuse(inputError('expected the token on standard input, as inbound-check serve token prints it'));
  const { createBearerClient } = await import('../../service/client/bearer-client.ts');
  const { fleetContracts } = await import('../../service/contracts/fleet.ts');
  // Every role may ask that.
  const asking = await createBearerClient({ url, token })(fleetContracts.getStop, {});
  if (asking.status === 'refused') return failed(asking);
  const { keepToken } = await import('../../local/api-tokens.ts');
  const kept = await keepToken(url.origin, token, process.env);
  if (!kept.ok) return refuse(kept);
  if (asking.status === 'unreachable') {
    // It was shown once, perhaps to this command alone: it must not be lost because the station does not run yet.
    message(`the token is kept in ${kept.value}, and was not tried`);
    return failed(asking);
  }
  process.stdout.write(`the token for ${url.origin} is kept in ${kept.value}\n`);
  return EXIT.ok;
}
