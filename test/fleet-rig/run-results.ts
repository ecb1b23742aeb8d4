/** What a run left behind, for tests. */

import { Report } from '../../lib/engine/report-schema.ts';
import { keyIdOf } from '../../lib/report/signature/key.ts';
import { RunPlan } from '../../lib/service/runs/run-plan.ts';
import type { Execution, Rig } from './rig.ts';

export async function readObject({ s3, bucket }: Rig, key: string): Promise<string> {
  const text = await s3.read(bucket, key);
  if (text === undefined) throw new Error(`there is no ${key}`);
  return text;
}

/** Registers a name with loopback as its host: without that, runs leave no state of it. Asks for any words under it. */
export const registerName = ({ table }: Rig, name: string): Promise<void> =>
  table.put({ pk: `TARGET#${name}`, sk: 'TARGET', kind: 'target', name, hosts: ['127.0.0.1'] });

export const planOf = async (rig: Rig, runId: string): Promise<RunPlan> =>
  RunPlan.parse(JSON.parse(await readObject(rig, `runs/${runId}/plan.json`)));

export const reportOf = async (rig: Rig, runId: string, target = 0): Promise<Report> =>
  Report.parse(JSON.parse(await readObject(rig, `runs/${runId}/${target}/report.json`)));

/** Vantages whose raw observations of an attempt are in the bucket. */
export async function rawVantages({ s3, bucket }: Rig, runId: string, attempt: number): Promise<string[]> {
  const prefix = `runs/${runId}/raw/${attempt}-`;
  const keys = await s3.keys(bucket, prefix);
  return VANTAGES.filter((vantage) => keys.some((key) => key.startsWith(`${prefix}${vantage}`)));
}

/** Of the key that signs the reports, as `verify --key` takes it. */
export const signingKeyId = ({ kms, deployment }: Rig): string =>
  keyIdOf(kms.publicKey(deployment.signingKeys[0] ?? ''));

export const eventsOf = ({ bus }: Rig, runId: string) =>
  bus.events.filter(({ detail }) => detail.runId === runId);

/** States entered outside the Map. */
export const pathOf = ({ entered }: Execution): string[] =>
  entered.filter((name) => name !== 'Dispatch' && name !== 'VantageUnavailable');

/** Those of cdk.json, in its order. */
export const VANTAGES = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'] as const;
