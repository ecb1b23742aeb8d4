/** How long others take to learn what one check of a web server learns. */
import { ADDRESSES, type Site } from './exchange.ts';
import { programPath, run, runTool } from './tool.ts';

export interface Scan {
  readonly command: string;
  /** `undefined`: not installed. */
  readonly ms: number | undefined;
  /** It was ended because it took longer. */
  readonly cut: boolean;
}

/** A scan that takes longer is cut: the bench is to be run, not put off. */
const MOST_MS = 60_000;

/** One check of both web ports, the old-protocol test included; then nmap and testssl.sh on the same. */
export async function measureScans(folder: string, site: Site): Promise<Scan[]> {
  const { host, ports, rootFile } = site;
  const address = ADDRESSES.check;
  const pins = [ports.http, ports.https].flatMap((port) => ['--resolve', `${host}:${port}:${address}`]);
  const uris = [`http://${host}:${ports.http}/`, `https://${host}:${ports.https}/`];
  const args = ['check', ...uris, ...pins, '--allow-private', '--ca', rootFile];
  const check = await runTool(process.execPath, args, folder);
  if (check.status !== 0) throw new Error(`the check of both web ports did not pass:\n${check.stdout}`);
  const both = `${ports.http},${ports.https}`;
  const nmap = ['-n', '-Pn', '-sV', '--script', 'ssl-cert,http-title', '-p', both, address];
  const testssl = ['--fast', '--quiet', '--color', '0', '--nodns', 'none', `${address}:${ports.https}`];
  return [
    { command: 'inbound-check check http://… https://…', ms: check.ms, cut: false },
    await scan('nmap -sV --script ssl-cert,http-title', programPath('nmap'), nmap),
    await scan('testssl.sh --fast', programPath('testssl', 'testssl.sh'), testssl),
  ];
}

async function scan(command: string, program: string | undefined, args: readonly string[]): Promise<Scan> {
  if (program === undefined) return { command, ms: undefined, cut: false };
  const { ms, status } = await run(program, args, { timeoutMs: MOST_MS });
  return { command, ms, cut: status === null };
}
