/** One line for the person who gets the alert: which target, which part of it, and what happened. */

import { MAX_TITLE } from '../../model/change-event.ts';
import { printable } from '../../net/printable.ts';
import { count } from '../../report/words/terms.ts';
import { visible } from '../../report/words/visible.ts';
import type { Expiring } from './certificates.ts';
import type { ChangeContext } from './change-context.ts';
import type { ChangeGroup } from './group.ts';
import { longestSpan, roughly } from './span.ts';

export function changeTitle(group: ChangeGroup, context: ChangeContext, cause: string | undefined): string {
  const { kind, changes, whole } = group;
  const what = subject(group);
  const many = changes.length > 1;
  const by = cause === undefined ? '' : ` (${cause})`;
  switch (kind) {
    case 'failing':
      return line(
        context,
        whole ? `down: all ${changes.length} endpoints fail${by}` : `${what} ${many ? 'fail' : 'fails'}${by}`,
      );
    case 'exposed':
      return line(context, `${what} ${many ? 'are' : 'is'} reachable from the internet and must not be`);
    case 'cause-changed':
      return line(context, `${what} still ${many ? 'fail' : 'fails'}, now otherwise${by}`);
    case 'recovered': {
      const after = longestSpan(group, context);
      return line(
        context,
        whole
          ? `up again: ${what} recovered after ${after}, nothing fails any more`
          : `${what} recovered after ${after}`,
      );
    }
    default:
      return kind satisfies never;
  }
}

export function certificateTitle({ certificate, endpoints }: Expiring, context: ChangeContext): string {
  const left = roughly(Date.parse(certificate.notAfter) - Date.parse(context.finishedAt));
  const hosts = unique(endpoints.map(({ host }) => host));
  const whose = hosts.length === 1 ? hosts[0] : `${hosts[0]} and ${count(hosts.length - 1, 'other host')}`;
  return line(context, `certificate of ${whose} ends in ${left}`);
}

/** `https://www.example.com:443/`, `10 endpoints of www.example.com`, `12 endpoints of 4 hosts`. */
function subject({ changes }: ChangeGroup): string {
  if (changes.length === 1) return changes[0].report.id;
  const hosts = unique(changes.map(({ report }) => report.host));
  return `${changes.length} endpoints of ${hosts.length === 1 ? hosts[0] : count(hosts.length, 'host')}`;
}

const unique = (all: readonly string[]): string[] => [...new Set(all)];

/** Targets have long names and endpoints long paths; what happened comes after both and must not be cut off. */
function line({ target }: ChangeContext, happened: string): string {
  const name = printable(target, 60);
  const room = MAX_TITLE - name.length - 2;
  const text = happened.length <= room ? happened : squeeze(happened, room);
  return printable(visible(`${name}: ${text}`), MAX_TITLE);
}

/** Leaves out what is in the middle: of an endpoint's id the end of its path. */
function squeeze(text: string, room: number): string {
  const head = text.slice(0, Math.floor(room / 2) - 1);
  return `${head}…${text.slice(text.length - (room - head.length - 1))}`;
}
