/** The bench's result as a Markdown page. */
import { cpus, release, totalmem } from 'node:os';
import type { ExchangeCosts } from './cpu.ts';
import { type ContenderId, EXCHANGES, type ExchangeId } from './exchange.ts';
import {
  BOTH_PORTS_MS,
  HEALTHY_HOST_MS,
  MANY_TARGETS_MB,
  MOST_OF_BARE,
  MOST_OF_BLACKBOX,
  MOST_OF_NODE_START,
} from './goals.ts';
import type { Scan } from './scanners.ts';
import type { HealthyCheck, ManyTargets, StartTimes } from './whole.ts';

export interface Results {
  readonly at: Date;
  /** Machine's load average (1 min) before and after. */
  readonly load: readonly [number, number];
  readonly versions: readonly string[];
  readonly hasNginx: boolean;
  readonly hasBlackbox: boolean;
  /** One for each Node. */
  readonly measured: readonly Measurements[];
  readonly scans?: readonly Scan[];
}

/** What was measured with one Node. */
export interface Measurements {
  /** `Node v24.21.0 (OpenSSL 3.5.4)`. */
  readonly name: string;
  readonly costs: readonly ExchangeCosts[];
  readonly start?: StartTimes;
  /** `undefined`: not measured, as it needs root. */
  readonly healthy?: HealthyCheck;
  readonly many: readonly ManyTargets[];
}

/** What of the comparison is installed. */
type Installed = Pick<Results, 'hasNginx' | 'hasBlackbox'>;

const NAMES: Readonly<Record<ExchangeId, string>> = {
  tcp: 'tcp: greeting read',
  tls: 'tls',
  'tls-chain': 'tls, with an intermediate',
  https: 'https',
  'https-chain': 'https, with an intermediate',
  'https-h2': 'https by HTTP/2',
  smtp: 'smtp: EHLO to QUIT',
  'smtp-starttls': 'smtp with STARTTLS',
};

/** The tables alone; `docs/bench.md` is these with the text that explains them. */
export function tables(results: Results): string {
  const { measured, scans } = results;
  return [
    machine(results),
    ...measured.flatMap((one) => [
      `### ${one.name}`,
      cpuTable(one, results),
      rateTable(one, results),
      wholeTable(one),
    ]),
    scans && `### Beside other tools\n\n${scanTable(scans)}`,
  ]
    .filter((part) => part)
    .join('\n\n');
}

function machine({ at, load, versions }: Results): string {
  const [cpu] = cpus();
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  const hardware = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${gib} GiB, Linux ${release()}`;
  const loads = load.map((one) => one.toFixed(1)).join(' before and ');
  const beside = versions.length === 0 ? '' : `\n${versions.join(', ')}.`;
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC on ${hardware}; load average ${loads} after.${beside}`;
}

function cpuTable({ costs }: Measurements, { hasNginx, hasBlackbox }: Installed): string {
  if (costs.length === 0) return '';
  const missing = hasBlackbox ? '–' : 'not installed';
  const cells = EXCHANGES.map((id) => {
    const one = costs.find(({ exchange }) => exchange === id);
    if (!one) return hasNginx ? undefined : [NAMES[id], 'nginx is not installed', ...Array(6).fill('')];
    const cpu = (who: ContenderId): string => one.costs[who]?.cpuMs.toFixed(3) ?? missing;
    const toBare = one.ratio('probe', 'bare');
    const toBlackbox = one.ratio('probe', 'blackbox');
    return [
      NAMES[id],
      ...[cpu('bare'), cpu('probe'), cpu('check'), cpu('blackbox')],
      judged(toBare, MOST_OF_BARE, two),
      toBlackbox === undefined ? missing : judged(toBlackbox, MOST_OF_BLACKBOX[id], two),
      one.ratio('check', 'blackbox')?.toFixed(2) ?? missing,
    ];
  });
  return [
    'CPU for each exchange, ms:',
    '',
    table(
      [
        'exchange',
        'bare sockets',
        'our probe',
        'our whole check',
        'blackbox_exporter',
        'probe ÷ bare',
        'probe ÷ blackbox',
        'check ÷ blackbox',
      ],
      cells.filter((row) => row !== undefined),
    ),
  ].join('\n');
}

function rateTable({ costs }: Measurements, { hasBlackbox }: Installed): string {
  const missing = hasBlackbox ? '–' : 'not installed';
  const rows = costs.map(({ exchange, costs: each }) => {
    const rate = (who: ContenderId): string => each[who]?.perSecond.toFixed(0) ?? missing;
    return [NAMES[exchange], rate('bare'), rate('probe'), rate('check'), rate('blackbox')];
  });
  if (rows.length === 0) return '';
  const heads = ['exchange', 'bare sockets', 'our probe', 'our whole check', 'blackbox_exporter'];
  return `Endpoints a second, 32 side by side, servers on the same machine:\n\n${table(heads, rows)}`;
}

function wholeTable({ start, healthy, many }: Measurements): string {
  const rows: string[][] = [];
  if (start) {
    const each = `${start.toolMs.toFixed(0)} ms against ${start.nodeMs.toFixed(0)} ms`;
    rows.push([
      '`inbound-check --version` ÷ `node -e 0`',
      judged(start.ratio, MOST_OF_NODE_START, two),
      each,
    ]);
  }
  if (healthy) {
    const each = `${healthy.endpoints} endpoints; ${healthy.totalMs.toFixed(0)} ms with the start of the process`;
    rows.push([
      'healthy host under `lucy-saas`, beyond process start',
      judged(healthy.beyondStartMs, HEALTHY_HOST_MS, ms),
      each,
    ]);
  }
  for (const { formats, reportsMb, ms: taken, endpoints, peakMb } of many) {
    const each = `${formats.join(', ')}${formats.length > 1 ? ' at once' : ''}: ${reportsMb.toFixed(0)} MB of reports in ${(taken / 1_000).toFixed(1)} s`;
    rows.push([`${endpoints} endpoints, peak memory`, judged(peakMb, MANY_TARGETS_MB, mb), each]);
  }
  return rows.length === 0 ? '' : `The whole tool:\n\n${table(['what', 'measured', ''], rows)}`;
}

function scanTable(scans: readonly Scan[]): string {
  const rows = scans.map(({ command, ms: taken, cut }, at) => [
    `\`${command}\``,
    taken === undefined
      ? 'not installed'
      : at === 0
        ? judged(taken, BOTH_PORTS_MS, seconds)
        : `${cut ? 'over ' : ''}${seconds(taken)}`,
  ]);
  return `What one check learns of a web server's two ports, wall time of the process:\n\n${table(['command', 'time'], rows)}`;
}

const two = (value: number): string => value.toFixed(2);
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const mb = (value: number): string => `${value.toFixed(0)} MB`;
const seconds = (value: number): string => `${(value / 1_000).toFixed(2)} s`;

/** A value with its goal: `0.46 ✓ (≤ 0.50)`. */
function judged(
  value: number | undefined,
  most: number | undefined,
  show: (value: number) => string,
): string {
  if (value === undefined) return '–';
  if (most === undefined) return show(value);
  return `${show(value)} ${value <= most ? '✓' : '✗'} (≤ ${show(most)})`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
