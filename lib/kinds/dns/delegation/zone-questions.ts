/** Questions to one server of the zone about the zone as a whole. */
import type { ServerAddress } from '../../../model/delegation.ts';
import { askWhole, type ServerReply } from './ask.ts';
import type { WalkSetup } from './descend.ts';

const QUESTION_MS = 1_500;
const MOST_RECORDS = 16;

/** Addresses of a name of 20 random characters, where the zone has some for it. */
export async function wildcardOf(
  zone: string,
  server: Pick<ServerAddress, 'address'>,
  setup: WalkSetup & { readonly randomHex: (bytes: number) => string },
  left: () => number,
): Promise<string[] | undefined> {
  const name = `inbound-check-${setup.randomHex(10)}.${zone}`;
  const { content } = await ask(name, 'A', server, setup, left);
  if (content?.header.aa !== true) return undefined;
  const [alias] = content.aliases;
  if (alias !== undefined) return [alias];
  return content.code === 'NOERROR' ? content.records.slice(0, MOST_RECORDS) : undefined;
}

/** Where the zone's own name leads as an alias. */
export async function apexAliasOf(
  zone: string,
  server: Pick<ServerAddress, 'address'>,
  setup: WalkSetup,
  left: () => number,
): Promise<string | undefined> {
  const { content } = await ask(zone, 'CNAME', server, setup, left);
  return content?.header.aa === true && content.code === 'NOERROR' ? content.records[0] : undefined;
}

const ask = (
  name: string,
  type: 'A' | 'CNAME',
  { address }: Pick<ServerAddress, 'address'>,
  setup: WalkSetup,
  left: () => number,
): Promise<ServerReply> => askWhole(address, { name, type, withinMs: Math.min(QUESTION_MS, left()) }, setup);
