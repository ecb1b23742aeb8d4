import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import type { PeerId } from '../case.ts';
import type { Outcome } from '../run-case.ts';
import { DEFAULT_VANTAGES } from '../run-case.ts';
import type { Lab } from '../topology.ts';
import { blackbox } from './blackbox.ts';
import { curl } from './curl.ts';
import { nmap } from './nmap.ts';
import { openssl } from './openssl.ts';
import type { Peer } from './peer.ts';
import { swaks } from './swaks.ts';
import { testssl } from './testssl.ts';

const ALL: readonly Peer[] = [nmap, blackbox, curl, openssl, swaks, testssl];

export interface InstalledPeer {
  readonly peer: Peer;
  readonly version: string;
}

/** Those of the others that are installed here. */
export async function installedPeers(): Promise<InstalledPeer[]> {
  const found = await Promise.all(ALL.map(async (peer) => ({ peer, version: await versionOf(peer) })));
  return found.flatMap(({ peer, version }) => (version === undefined ? [] : [{ peer, version }]));
}

function versionOf({ version: [name, args, pattern] }: Peer): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(name, args, { timeout: 30_000 }, (error, stdout, stderr) => {
      // An exit status other than 0 says nothing: not every tool counts --version as a success.
      const isMissing = error !== null && 'code' in error && error.code === 'ENOENT';
      const plain = `${stdout}\n${stderr}`.replace(/\u001b\[[\d;]*m/g, '');
      resolve(isMissing ? undefined : (pattern.exec(plain)?.[1] ?? '?'));
    });
  });
}

/** Case id → what each of the others said. */
export type PeerWords = ReadonlyMap<string, ReadonlyMap<PeerId, string>>;

/** Asks all others about all cases, each from the case's first vantage. */
export async function askPeers(
  lab: Lab,
  outcomes: readonly Outcome[],
  peers: readonly InstalledPeer[],
): Promise<PeerWords> {
  const trustFile = join(lab.directory, 'root.pem');
  await writeFile(trustFile, lab.authority.root);
  const words = new Map<string, Map<PeerId, string>>();
  const ask = async ({ one, place, endpoint }: Outcome, { peer }: InstalledPeer): Promise<void> => {
    const [vantage = 'v1'] = one.vantages ?? DEFAULT_VANTAGES;
    const host = lab.vantages[vantage];
    const said = await peer.ask({ endpoint, place, host, trustFile, directory: lab.directory });
    words.get(one.id)?.set(peer.id, said);
  };
  // All tools side by side, each with as many of its own as it may have.
  await Promise.all(
    peers.map((installed) => {
      const asked = outcomes.filter(
        ({ one, endpoint }) =>
          (one.peers?.includes(installed.peer.id) ?? true) && installed.peer.speaks(endpoint, one.id),
      );
      for (const { one } of asked) if (!words.has(one.id)) words.set(one.id, new Map());
      return pMap(asked, (outcome) => ask(outcome, installed), { concurrency: installed.peer.atOnce });
    }),
  );
  return words;
}
