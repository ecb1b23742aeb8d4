/** From where the same can be checked again, and who stopped a run. Pure. */
import type { RunStatus } from '../../service/contracts/runs.ts';
import type { ConsolePlace } from '../places/place.ts';

/**
 * A validation: the form, filled in. A registered target: its page, which checks it. Undefined for several targets, and for a
 * validation that is no longer on record.
 */
export function placeToCheckAgain({
  validated,
  targets,
  vantages,
  status,
}: RunStatus): ConsolePlace | undefined {
  if (validated !== undefined) {
    const { host, profile, ticket } = validated;
    return { view: 'check', ...(host && { host }), ...(profile && { profile }), ...(ticket && { ticket }) };
  }
  const [name, ...others] = targets;
  // A finished run without vantages is read from the table, which does not tell the two apart.
  const isRemembered = status === 'finished' && vantages.length === 0;
  if (name === undefined || others.length > 0 || isRemembered) return undefined;
  return { view: 'target', name };
}

/** Who stopped it, as the API words it; undefined where it ended in another way. */
export const stoppedBy = ({ error }: Pick<RunStatus, 'error'>): string | undefined =>
  /^stopped by (.+)$/s.exec(error?.message ?? '')?.[1];
