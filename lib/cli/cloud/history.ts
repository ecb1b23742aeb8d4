import type { EndpointRecord } from '../../engine/history.ts';
import { historyContracts } from '../../service/contracts/history.ts';
import type { ShownAcknowledgement } from '../../service/contracts/open-alert.ts';
import { refuse } from '../terminal/message.ts';
import { type CloudOptions, connect } from './connect.ts';
import { failed } from './failed.ts';

/** Pages after which asking stops: a fleet checks 1,000 endpoints in a run, and a page holds up to 100. */
const MAX_PAGES = 200;

export interface KeptHistory {
  readonly records: EndpointRecord[];
  /** Who acknowledged alerts of it, newest first. */
  readonly acknowledged: readonly ShownAcknowledgement[];
}

/** All that the fleet keeps about a target; the exit status when the request failed. */
export async function cloudHistory(name: string, options: CloudOptions): Promise<KeptHistory | number> {
  const connected = await connect(options);
  if (!connected.ok) return refuse(connected);
  const records: EndpointRecord[] = [];
  let acknowledged: readonly ShownAcknowledgement[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const asking = await connected.value(historyContracts.getHistory, {
      params: { name },
      query: after === undefined ? {} : { after },
    });
    if (asking.status !== 'answered') return failed(asking);
    records.push(...asking.value.records);
    acknowledged = asking.value.acknowledged ?? acknowledged;
    after = asking.value.next;
    if (after === undefined) break;
  }
  return { records, acknowledged };
}
