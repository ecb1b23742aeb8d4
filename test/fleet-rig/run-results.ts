/** What a run left behind, for tests. */
import { RunPlan } from '../../lib/fleet/run-plan.ts';
import { Report } from '../../lib/model/report.ts';
import type { Execution, Rig } from './rig.ts';

export async function readObject({ s3, bucket }: Rig, key: string): Promise<string> {
  const text = await s3.read(bucket, key);
  if (text === undefined) throw new Error(`there is no ${key}`);
  return text;
}

export const planOf = async (rig: Rig, runId: string): Promise<RunPlan> =>
  RunPlan.parse(JSON.parse(await readObject(rig, `runs/${runId}/plan.json`)));

export const reportOf = async (rig: Rig, runId: string, target = 0): Promise<Report> =>
  Report.parse(JSON.parse(await readObject(rig, `runs/${runId}/${target}/report.json`)));

/** Vantages whose raw observations of an attempt lie in the bucket. */
export async function rawVantages({ s3, bucket }: Rig, runId: string, attempt: number): Promise<string[]> {
  const prefix = `runs/${runId}/raw/${attempt}-`;
  const keys = await s3.keys(bucket, prefix);
  return VANTAGES.filter((vantage) => keys.some((key) => key.startsWith(`${prefix}${vantage}`)));
}

export const eventsOf = ({ bus }: Rig, runId: string) =>
  bus.events.filter(({ detail }) => detail.runId === runId);

/** States entered outside the Map. */
export const pathOf = ({ entered }: Execution): string[] =>
  entered.filter((name) => name !== 'Dispatch' && name !== 'VantageUnavailable');

/** Those of cdk.json, in its order. */
export const VANTAGES = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'] as const;
