/**
 * `npm run bench`: what our probes cost against bare Node sockets and prometheus-blackbox-exporter, and how the whole
 * tool does, with the Node that runs this and with Node 24 where INBOUND_CHECK_NODE24 names it. Prints Markdown; progress
 * on stderr. Loopback only.
 *
 *   npm run bench                        everything
 *   npm run bench -- cpu tls https       CPU of some exchanges (or: start, host, many, scans)
 *   npm run bench -- --write             everything, and puts the tables into docs/bench.md
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCosts } from './cpu.ts';
import { EXCHANGES } from './exchange.ts';
import { type Measurements, type Results, tables } from './page.ts';
import { bundleProcesses, projectRoot } from './processes.ts';
import { type Runtime, runtimes } from './runtimes.ts';
import { measureScans } from './scanners.ts';
import { startSite } from './site.ts';
import { programPath } from './tool.ts';
import {
  MANY_FORMATS,
  type ManyTargets,
  measureHealthyHost,
  measureManyTargets,
  measureStart,
} from './whole.ts';

const PARTS = ['cpu', 'start', 'host', 'many', 'scans'] as const;
const PAGE = join(projectRoot, 'docs', 'bench.md');
const MARK = '<!-- measured -->';

const words = process.argv.slice(2);
const known: readonly string[] = [...PARTS, ...EXCHANGES, '--write'];
const unknown = words.find((word) => !known.includes(word));
if (unknown !== undefined) {
  process.stderr.write(`bench: unknown word ${unknown}; one of ${known.join(', ')}\n`);
  process.exit(64);
}

const parts = PARTS.filter((part) => words.includes(part));
const wanted = (part: (typeof PARTS)[number]): boolean => parts.length === 0 || parts.includes(part);
const nginx = programPath('nginx');
const blackbox = programPath('prometheus-blackbox-exporter', 'blackbox_exporter');
const folder = mkdtempSync(join(tmpdir(), 'inbound-check-bench-'));

const runsTheTool = PARTS.some((part) => part !== 'cpu' && wanted(part));
if (runsTheTool) {
  execFileSync(process.execPath, [join(projectRoot, 'bin', 'build.mjs')], { stdio: 'inherit' });
}
await bundleProcesses(folder);
const site = await startSite(folder, nginx);
process.on('SIGINT', () => process.exit(130));
process.on('exit', () => {
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

const page = tables(await measure());
process.stdout.write(`${page}\n`);
if (words.includes('--write')) {
  const [text = ''] = readFileSync(PAGE, 'utf8').split(MARK);
  writeFileSync(PAGE, `${text}${MARK}\n\n${page}\n`);
}
process.exit(0);

async function measure(): Promise<Results> {
  const before = loadavg()[0] ?? 0;
  const hasNginx = nginx !== undefined;
  const measured: Measurements[] = [];
  for (const runtime of runtimes()) measured.push(await measureWith(runtime));
  if (wanted('scans') && hasNginx) tell('nmap and testssl.sh on the same ports');
  const scans = wanted('scans') && hasNginx ? await measureScans(folder, site) : undefined;
  return {
    at: new Date(),
    load: [before, loadavg()[0] ?? 0],
    versions: versions(),
    hasNginx,
    hasBlackbox: blackbox !== undefined,
    measured,
    ...(scans && { scans }),
  };
}

async function measureWith({ program: node, name }: Runtime): Promise<Measurements> {
  const say = (what: string): void => tell(`${name}: ${what}`);
  const chosen = EXCHANGES.filter((exchange) => words.includes(exchange));
  const hasNginx = nginx !== undefined;

  // The short ones first: they suffer most from what the long ones leave behind (ports, heat).
  if (wanted('start')) say('start of the process');
  const start = wanted('start') ? await measureStart(node, folder) : undefined;
  const measuresHost = wanted('host') && hasNginx && site.fixedPorts;
  if (measuresHost) say('a healthy host');
  else if (wanted('host')) say('a healthy host: left out, needs nginx and root (ports 80 and 443)');
  const healthy = measuresHost ? await measureHealthyHost(node, folder, site) : undefined;
  const costs = wanted('cpu')
    ? await measureCosts(folder, site, { node, blackbox, only: chosen, tell: say })
    : [];
  if (wanted('many') && hasNginx) say('10,000 endpoints');
  const many: ManyTargets[] = [];
  if (wanted('many') && hasNginx)
    for (const formats of MANY_FORMATS) many.push(await measureManyTargets(node, folder, site, formats));
  return { name, costs, ...(start && { start }), ...(healthy && { healthy }), many };
}

function tell(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}

function versions(): string[] {
  const first = (program: string | undefined, flag: string, pattern: RegExp): string[] => {
    if (program === undefined) return [];
    // Some tell their version on stderr.
    const said = execFileSync('sh', ['-c', '"$0" "$1" 2>&1', program, flag], { encoding: 'utf8' });
    return pattern.exec(said)?.slice(0, 1) ?? [];
  };
  return [
    ...first(nginx, '-v', /nginx\/[\d.]+/),
    ...first(blackbox, '--version', /blackbox_exporter, version [\d.]+/),
    ...first(programPath('nmap'), '--version', /Nmap version [\d.]+/),
  ];
}
