/** The whole tool as a user runs it: its start, a check of a healthy host, many targets. `node` is the program that runs it. */
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './cpu.ts';
import { ADDRESSES, type Site } from './exchange.ts';
import { HEALTHY_ADDRESS } from './site.ts';
import { run, runTool } from './tool.ts';

export interface StartTimes {
  /** `node -e 0`, ms. */
  readonly nodeMs: number;
  /** `inbound-check --version`, ms. */
  readonly toolMs: number;
  /** Median of the pairs' ratios. */
  readonly ratio: number;
}

const STARTS = 15;

export async function measureStart(node: string, folder: string): Promise<StartTimes> {
  const bare: number[] = [];
  const tool: number[] = [];
  for (let pair = 0; pair < STARTS; pair += 1) {
    bare.push((await run(node, ['-e', '0'])).ms);
    tool.push((await runTool(node, ['--version'], folder)).ms);
  }
  return {
    nodeMs: median(bare),
    toolMs: median(tool),
    ratio: median(tool.map((ms, at) => ms / (bare[at] ?? Number.NaN))),
  };
}

export interface HealthyCheck {
  /** Whole process, ms. */
  readonly totalMs: number;
  /** Beyond `node -e 0` beside it, ms. */
  readonly beyondStartMs: number;
  readonly endpoints: number;
}

const CHECKS = 7;

/** `lucy-saas` on a host that has all it asks for and nothing else. Needs ports 80 and 443, so root. */
export async function measureHealthyHost(node: string, folder: string, site: Site): Promise<HealthyCheck> {
  const args = ['check', HEALTHY_ADDRESS, '--profile', 'lucy-saas', '--allow-private', '--ca', site.rootFile];
  const { status, stdout } = await runTool(node, [...args, '--format', 'json'], folder);
  if (status !== 0) throw new Error(`the healthy host did not pass (exit status ${status}):\n${stdout}`);
  const total: number[] = [];
  const beyond: number[] = [];
  for (let pair = 0; pair < CHECKS; pair += 1) {
    const bare = await run(node, ['-e', '0']);
    const check = await runTool(node, args, folder);
    total.push(check.ms);
    beyond.push(check.ms - bare.ms);
  }
  const { endpoints } = JSON.parse(stdout) as { endpoints: unknown[] };
  return { totalMs: median(total), beyondStartMs: median(beyond), endpoints: endpoints.length };
}

export interface ManyTargets {
  readonly formats: readonly string[];
  readonly endpoints: number;
  readonly ms: number;
  readonly peakMb: number;
  /** Size of all reports together. */
  readonly reportsMb: number;
}

const TARGETS = 10_000;
/** Written while the run goes on: all at once. The page is written at its end. */
export const MANY_FORMATS = [['csv', 'jsonl', 'json', 'junit'], ['html']] as const;

/** 10,000 endpoints from one file, in these formats at once. */
export async function measureManyTargets(
  node: string,
  folder: string,
  site: Site,
  formats: readonly string[],
): Promise<ManyTargets> {
  const web = `http://${ADDRESSES.check}:${site.ports.http}`;
  const uris = Array.from({ length: TARGETS }, (_, at) => `${web}/?n=${at}`);
  const file = join(folder, 'targets.json');
  writeFileSync(file, JSON.stringify({ targets: [{ name: 'many', check: uris }] }));
  const reports = mkdtempSync(join(folder, 'reports-'));
  const args = ['check', '-f', file, '--allow-private', '--no-progress', '--format', formats.join(',')];
  const { status, ms, peakMb, stdout } = await runTool(node, [...args, '--output', `${reports}/`], folder, {
    watchMemory: true,
  });
  if (status !== 0) throw new Error(`10,000 targets did not pass (exit status ${status}):\n${stdout}`);
  return { formats, endpoints: TARGETS, ms, peakMb, reportsMb: sizeOf(reports) };
}

const sizeOf = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1024 / 1024;
