/** The open alert of a target as lines of plain text. */
import { utc } from '../../model/units.ts';
import { count } from '../../report/words/terms.ts';
import type { OpenAlert, ShownAcknowledgement } from '../contracts/open-alert.ts';

export const alertLines = ({ severity, title, since, failing, acknowledged }: OpenAlert): string[] => [
  `alert    ${severity}, open since ${utc(since)}, ${count(failing, 'endpoint')} failing: ${title}`,
  acknowledged === undefined
    ? '         nobody has acknowledged it'
    : `         ${acknowledgedWords(acknowledged)}`,
];

export const acknowledgedWords = ({ by, at, reason }: ShownAcknowledgement): string =>
  `acknowledged by ${by}, ${utc(at)}: ${reason}`;
