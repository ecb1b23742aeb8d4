/** Addresses from which the fleet was not seen to connect before, as an event like all others. */
import { createHash } from 'node:crypto';
import { CHANGE_SCHEMA, type ChangeEvent, MAX_EVENT_TEXT, MAX_TITLE } from '../../model/change-event.ts';
import { printable } from '../../net/printable.ts';
import { count } from '../../report/words/terms.ts';

/** An address that was not known before; `fixed` is an Elastic IP of the fleet's own. */
interface NewSource {
  readonly vantage: string;
  readonly address: string;
  readonly fixed?: true | undefined;
}

/** Addresses named in the text. */
const NAMED = 40;

/** One for all that a run found; the same run gives the same id. `target` is the fleet's own name: it is about no target. */
export function newSourcesEvent(
  fleet: string,
  found: readonly NewSource[],
  { runId, startedAt }: { readonly runId: string; readonly startedAt: string },
): ChangeEvent {
  const vantages = [...new Set(found.map(({ vantage }) => vantage))];
  const places = vantages.length > 3 ? count(vantages.length, 'vantage') : vantages.join(', ');
  const lines = found
    .slice(0, NAMED)
    .map(({ vantage, address, fixed }) => `- ${vantage}: ${address}${fixed ? ' (fixed)' : ''}`);
  const text = [
    'The fleet connects from addresses from which it was not seen to connect in the last 30 days:',
    ...lines,
    ...(found.length > NAMED ? [`- and ${found.length - NAMED} more`] : []),
    'Addresses that are not fixed are AWS’s, which may use others at any time. All: inbound-check fleet sources',
  ].join('\n');
  return {
    schema: CHANGE_SCHEMA,
    id: createHash('sha256')
      .update(JSON.stringify([fleet, runId, 'source-new']))
      .digest('hex')
      .slice(0, 32),
    fleet,
    target: fleet,
    runId,
    at: startedAt,
    kind: 'source-new',
    severity: 'info',
    title: printable(
      `${fleet}: ${found.length === 1 ? 'a new source address' : `${found.length} new source addresses`} of ${places}`,
      MAX_TITLE,
    ),
    text: text.slice(0, MAX_EVENT_TEXT),
    endpoints: [],
    more: 0,
  };
}
