import { coverageOf } from '../targets/coverage.ts';
import { recheckBeforeRun, type VerifyPorts } from '../targets/verify.ts';
import type { ProbePermission } from './start.ts';

/** Hosts that are named in one line. */
const NAMED = 5;

/**
 * Looks for the proofs of a target once more. What lapsed counts for the grace time (lib/service/targets/recheck.ts); after that
 * the run goes on without the hosts that it covered, and without any there is none. A look-up that can't be made changes
 * nothing.
 */
export const createPermissionCheck =
  (ports: VerifyPorts) =>
  async (target: string): Promise<ProbePermission> => {
    await recheckBeforeRun(target, ports);
    const record = await ports.targets.get(target);
    if (record === undefined) return { status: 'not-registered', detail: 'the target is registered no more' };
    const open = record.hosts.filter((host) => coverageOf(record, host, ports.now()) === undefined);
    if (open.length === 0) return { status: 'authorised' };
    const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : '';
    const detail = `nobody has proven, or vouches for, ${open.slice(0, NAMED).join(', ')}${more}`;
    return open.length === record.hosts.length
      ? { status: 'not-authorised', detail }
      : { status: 'authorised', without: detail };
  };
