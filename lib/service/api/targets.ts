/** The operations on targets: register, list, prove, vouch, remove. */

import { quote } from '../../input/request/quote.ts';
import { isoTime } from '../../net/clock.ts';
import { findOpenAlert, openAlertOf } from '../alerts/open-alert.ts';
import type { targetsContracts, Verification } from '../contracts/targets.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { ProveOwnership } from '../ports/ownership.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import { stoppedWords } from '../runs/stop.ts';
import { latestOf, readLatest } from '../state/latest.ts';
import { hasSchedule, readSchedule, schedulesOf } from '../state/schedules.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { createTargetStore, type TargetStore } from '../state/targets.ts';
import { readDefinition } from '../targets/definition.ts';
import { register } from '../targets/register.ts';
import { verifyTarget } from '../targets/verify.ts';
import { type Answer, answered, type HandlersOf, refused } from './handler.ts';
import { listedTarget, targetView } from './target-view.ts';

export interface TargetsPorts {
  /** A fleet that is stopped sends no packets, not even to look for a proof. */
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly items: ItemStore;
  readonly prove: ProveOwnership;
  /** Addresses that are not on the internet may be registered: where a station may probe them. */
  readonly allowPrivate?: boolean;
  /** Epoch ms. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** Bytes of a challenge. */
const CHALLENGE_BYTES = 16;
const PAGE = 100;

export function targetsHandlers(ports: TargetsPorts): HandlersOf<typeof targetsContracts> {
  const { items, prove, now, randomHex } = ports;
  const targets = createTargetStore(items);
  const iso = (): string => isoTime(now());
  const view = async (record: TargetRecord) => {
    const open = await findOpenAlert(items, record.name);
    const alert = open && (await openAlertOf(items, open));
    const [latest, schedule] = await Promise.all([
      readLatest(items, record.name),
      readSchedule(items, record.name),
    ]);
    return targetView(record, { latest, schedule }, now(), alert);
  };

  return {
    async listTargets({ query: { after } }) {
      const page = await targets.list({ limit: PAGE, ...(after !== undefined && { after }) });
      const names = page.targets.map(({ name }) => name);
      const [latest, schedules] = await Promise.all([latestOf(items, names), schedulesOf(items, names)]);
      return answered({
        targets: page.targets.map((record) =>
          listedTarget(
            record,
            { latest: latest.get(record.name), schedule: schedules.get(record.name) },
            now(),
          ),
        ),
        ...(page.next !== undefined && { next: page.next }),
      });
    },
    async getTarget({ params: { name } }) {
      const record = await targets.get(name);
      return record === undefined ? noTarget(name) : answered(await view(record));
    },
    async putTarget({ params: { name }, body: { definition: written, owner }, caller }) {
      const read = readDefinition(name, written, ports);
      if (!read.ok) return refused('bad-request', read.message, 'body.definition');
      const { definition, hosts } = read.value;
      const previous = await targets.get(name);
      const { record, change } = register(previous, {
        name,
        definition,
        hosts,
        ...(owner !== undefined && { owner }),
        by: caller.arn,
        at: iso(),
        challenge: randomHex(CHALLENGE_BYTES),
      });
      if (change !== 'same' && !(await targets.put(record, previous))) return changedMeanwhile(name);
      return answered({ change, target: await view(record) });
    },
    async removeTarget({ params: { name } }) {
      const record = await targets.get(name);
      if (record === undefined) return noTarget(name);
      if (await hasSchedule(items, name))
        return refused(
          'conflict',
          `the target ${quote(name)} has a schedule: remove that first`,
          'path.name',
        );
      return (await targets.remove(record)) ? answered(await view(record)) : changedMeanwhile(name);
    },
    async verifyTarget({ params: { name } }) {
      const stopped = await ports.stop.read();
      if (stopped !== undefined) return refused('stopped', stoppedWords(stopped));
      const verified = await verifyTarget(name, { targets, prove, now });
      switch (verified.status) {
        case 'no-target':
          return noTarget(name);
        case 'busy':
          return changedMeanwhile(name);
        case 'unavailable':
          return refused('unavailable', `ownership could not be looked for: ${verified.message}`);
        case 'looked': {
          const hosts = verified.hosts.map((one): Verification['hosts'][number] =>
            'proven' in one
              ? { host: one.host, proven: { method: one.proven.method, at: one.proven.at } }
              : { host: one.host, seen: [...one.seen] },
          );
          return answered({ target: await view(verified.record), hosts });
        }
        default:
          return verified satisfies never;
      }
    },
    vouchForTarget: ({ params: { name }, body: { reason }, caller }) =>
      change(targets, name, view, (record) => ({
        ...record,
        vouch: { by: caller.principal, reason, at: iso(), hosts: record.hosts },
      })),
    withdrawVouch: ({ params: { name } }) =>
      change(targets, name, view, ({ vouch: _vouch, ...record }) => record),
  };
}

async function change<T>(
  targets: TargetStore,
  name: string,
  view: (record: TargetRecord) => Promise<T>,
  next: (record: TargetRecord) => TargetRecord,
): Promise<Answer<T>> {
  const record = await targets.get(name);
  if (record === undefined) return noTarget(name);
  const changed = next(record);
  return (await targets.put(changed, record)) ? answered(await view(changed)) : changedMeanwhile(name);
}

const noTarget = (name: string) =>
  refused('not-found', `no target ${quote(name)} is registered: see GET /targets`, 'path.name');

const changedMeanwhile = (name: string) =>
  refused(
    'conflict',
    `somebody else changed the target ${quote(name)} at the same moment: look at it, and try again`,
  );
