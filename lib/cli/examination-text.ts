import { createColors } from 'picocolors';
import type { Examination } from '../local/doctor.ts';
import { visible } from '../report/words/visible.ts';

/** One line for each thing that was checked. */
export function examinationText(found: readonly Examination[], color: boolean): string {
  const { green, red, dim } = createColors(color);
  const paint = { ok: green, 'not ok': red, note: dim };
  const width = Math.max(...found.map(({ topic }) => topic.length));
  return found
    .map(
      ({ topic, result, detail }) =>
        `${paint[result](result.padEnd(6))}  ${topic.padEnd(width)}  ${visible(detail)}\n`,
    )
    .join('');
}
