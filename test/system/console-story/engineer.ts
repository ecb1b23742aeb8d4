/** The engineer of a story: a station, its command line and a browser, in a network namespace as on one machine. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { createAuthority } from '../../certificates/authority.ts';
import { ENTRY } from '../../cli/run-cli.ts';
import { spawnIn } from '../../lab/host.ts';
import { command, makeDirectory } from '../../lab/namespaces.ts';
import { newFolder } from '../../local/station/running-station.ts';
import { launchBrowserIn } from './browser-in.ts';
import { spkiOf } from './office.ts';

export interface Engineer {
  /** Of the station, which is also what its links begin with. */
  readonly url: string;
  readonly browser: Browser;
  /** As an operator, in another terminal; rejects with what it said where it does not exit with 0. */
  cli(...args: string[]): Promise<string>;
  /** Signs one browser in, once. */
  signInLink(): Promise<string>;
  stop(): Promise<void>;
}

/** @param address of that namespace: the station has TLS there, and links that others can open */
export async function sitDownEngineer(namespace: string, address: string): Promise<Engineer> {
  const data = newFolder();
  const url = `https://${address}`;
  const folder = makeDirectory();
  const authority = await createAuthority({ subject: 'Story root' });
  const { key, chain } = await authority.issue({ ip: [address] });
  const files = {
    root: join(folder, 'root.pem'),
    key: join(folder, 'key.pem'),
    chain: join(folder, 'chain.pem'),
  };
  writeFileSync(files.root, authority.root);
  writeFileSync(files.key, key, { mode: 0o600 });
  writeFileSync(files.chain, chain);
  const trusting = `NODE_EXTRA_CA_CERTS=${files.root}`;
  const serve = ['serve', '--listen', `${address}:443`, '--base-url', url, '--data', data, '--allow-private'];
  const tls = ['--tls-cert', files.chain, '--tls-key', files.key];
  const station = spawnIn(namespace, 'env', [trusting, process.execPath, ENTRY, ...serve, ...tls], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    let seen = '';
    station.stdout?.on('data', (piece) => {
      seen += String(piece);
      if (/^station at https:\S+,/m.test(seen)) resolve();
    });
    station.once('exit', (status) => reject(new Error(`serve ended with ${status}: ${seen}`)));
  });
  const inside = (environment: readonly string[], ...given: string[]): Promise<string> =>
    command('ip', [
      ...['netns', 'exec', namespace, 'env', trusting, ...environment],
      ...[process.execPath, ENTRY, ...given],
    ]);
  const token = (await inside([], 'serve', 'token', '--role', 'operator', '--data', data)).trim();
  const known = `--ignore-certificate-errors-spki-list=${spkiOf(chain)}`;
  const browser = await launchBrowserIn(namespace, folder, [known]);
  return {
    url,
    browser,
    cli: (...given) => inside([`INBOUND_CHECK_API=${url}`, `INBOUND_CHECK_TOKEN=${token}`], ...given),
    signInLink: async () =>
      (await inside([], 'serve', 'link', '--data', data)).trim().split(/\s+/).at(-1) ?? '',
    async stop() {
      await browser.close();
      station.kill('SIGTERM');
    },
  };
}
