/** What a link may have checked again: the order of the run that it shows, as far as it is about the shared target. */
import { mayPauseAfter } from '../../engine/gate/next-step.ts';
import type { Report } from '../../engine/report-schema.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { isKind } from '../../model/vocabulary.ts';
import type { Executions } from '../ports/executions.ts';
import { FleetRequest } from '../runs/messages.ts';
import { REROUTING } from '../runs/request.ts';
import type { AgainOrder } from '../state/shares.ts';
import { contactedBy } from '../targets/contacted.ts';
import { readTargets, registeredName } from '../targets/read-targets.ts';

/** An item of the table has 400 KB at most. */
const MAX_ORDER_BYTES = 100_000;
const MAX_REASON = 500;

/**
 * Or one line that says why it can't be checked again, and what to do instead.
 *
 * @param report the one that is shared, unredacted
 * @param by who makes the link, and so vouches where the run was vouched for
 */
export async function againOrderOf(
  executions: Pick<Executions, 'find'>,
  { runId, target, report, by }: AgainAsked,
): Promise<ParseResult<AgainOrder>> {
  const { data: request } = FleetRequest.loose().safeParse((await executions.find(runId))?.input);
  if (request === undefined)
    return inputError('what this run was asked is not kept: run it once more, and make the link from that');
  if (request.withListener === true)
    return inputError(
      'this run asked listeners, whose key is not kept: make the link from a run that asks the servers',
    );
  const pinned = REROUTING.find((name) => request.settings?.[name] !== undefined);
  if (pinned !== undefined)
    return inputError(
      `this run was asked with settings.${pinned}, which a visitor may not repeat: make the link from a run without it`,
    );
  const targets = request.targets.filter((given) => isOf(given, target));
  if (targets.length === 0)
    return inputError('what this run was asked is not kept: run it once more, and make the link from that');
  // A host and a name may be in one entry with others: what the report does not have is not asked.
  const isPart = request.only !== undefined || targets.some((given) => groupsOf(given) > 1);
  const { settings, vantages, vouch } = request;
  const own = report.endpoints.filter(({ kind }) => isKind(kind));
  const order: AgainOrder = {
    targets,
    ...(settings !== undefined && { settings }),
    ...(vantages !== undefined && { vantages }),
    ...(isPart && { only: own.map(({ id }) => id) }),
    ...(vouch && {
      vouch: { by, reason: `check again by a link; the run before: ${vouch.reason}`.slice(0, MAX_REASON) },
      hosts: hostsOf(targets),
    }),
    mailHosts: [...new Set(own.filter(mayPauseAfter).map(({ host }) => host.toLowerCase()))],
  };
  return Buffer.byteLength(JSON.stringify(order)) > MAX_ORDER_BYTES
    ? inputError(
        'what this run was asked is too long for a link: register it as a target, and make the link from its run',
      )
    : parsed(order);
}

export interface AgainAsked {
  readonly runId: string;
  readonly target: string;
  readonly report: Report;
  readonly by: string;
}

type Given = FleetRequest['targets'][number];

const read = (given: Given) => {
  const targets = readTargets([given]);
  return targets.ok ? targets.value : [];
};
const groupsOf = (given: Given): number => (registeredName(given) === undefined ? read(given).length : 1);
const isOf = (given: Given, target: string): boolean => {
  const name = registeredName(given);
  return name === undefined ? read(given).some((one) => one.name === target) : name === target;
};

/** As `vouchedHosts` counts them. */
const hostsOf = (targets: readonly Given[]): string[] => [
  ...new Set(
    targets
      .flatMap(read)
      .flatMap(({ endpoints }) => endpoints)
      .filter(({ isDependency }) => isDependency !== true)
      .flatMap(contactedBy),
  ),
];
