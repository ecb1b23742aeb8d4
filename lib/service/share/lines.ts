/** Links as lines of plain text. */

import { utc } from '../../model/units.ts';
import type { ListedShare } from '../contracts/shares.ts';

/** Two lines each: what it is and its state, then who made it. */
export const shareLines = (shares: readonly ListedShare[]): string[] =>
  shares.flatMap((share) => [
    `${share.id}  ${stateWords(share)}  ${share.target}, run ${share.runId}${share.report === 'joined' ? ', joined' : ''}${share.redacted ? ', redacted' : ''}${againWords(share)}${officeWords(share)}`,
    `    made ${utc(share.createdAt)} by ${share.createdBy}`,
  ]);

const againWords = ({ checkAgain }: ListedShare): string =>
  checkAgain === undefined ? '' : `, checked again ${checkAgain.used ?? 0} of ${checkAgain.runs} times`;

const officeWords = ({ office }: ListedShare): string =>
  office === undefined
    ? ''
    : `, asks offices to try ${office.endpoint}, ${office.used ?? 0} of ${office.attempts} attempts told`;

function stateWords({ state, expiresAt, revokedAt, revokedBy }: ListedShare): string {
  switch (state) {
    case 'open':
      return `open until ${utc(expiresAt)}`;
    case 'expired':
      return `expired ${utc(expiresAt)}`;
    case 'revoked':
      return `closed ${utc(revokedAt ?? expiresAt)} by ${revokedBy ?? 'somebody'}`;
    default:
      return state satisfies never;
  }
}
