/** An alert that is open, as the API shows it. */
import type { OpenAlert } from '../contracts/open-alert.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { acknowledgementOf, loadAcknowledgements } from '../state/acknowledgements.ts';
import { type ListedAlert, listedOf, readAnnounced } from '../state/announced.ts';

export async function openAlertOf(
  items: Pick<ItemStore, 'get'>,
  { target, alert, startedAt, failing }: ListedAlert,
): Promise<OpenAlert> {
  const acknowledged = acknowledgementOf(await loadAcknowledgements(items, target), alert);
  const { since, at, severity, title } = alert;
  const shown = acknowledged && {
    by: acknowledged.by,
    at: acknowledged.at,
    reason: acknowledged.reason,
  };
  return {
    target,
    since,
    at,
    severity,
    title,
    failing,
    checkedAt: startedAt,
    ...(shown && { acknowledged: shown }),
  };
}

/** `undefined`: nothing of the target fails, as far as alerts have told. */
export const findOpenAlert = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<ListedAlert | undefined> => listedOf(target, await readAnnounced(items, target));
