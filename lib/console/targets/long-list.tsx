import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type RowRange, rowsInSight } from './rows-in-sight.ts';

/** Before a row was measured. */
const ROW_PX = 72;

/** A list of equally high rows, of which only those in sight are in the document. */
export function LongList(props: {
  readonly count: number;
  readonly label: string;
  readonly row: (index: number) => ComponentChildren;
}) {
  const { count, label } = props;
  const list = useRef<HTMLUListElement>(null);
  const [row, setRow] = useState(ROW_PX);
  const [range, setRange] = useState<RowRange>({ from: 0, to: Math.min(count, 40) });
  const looking = useRef({ count, row });
  looking.current = { count, row };
  const look = useRef(() => {
    if (list.current === null) return;
    const { top } = list.current.getBoundingClientRect();
    const now = rowsInSight({ top: -top, height: innerHeight, ...looking.current });
    setRange((before) => (before.from === now.from && before.to === now.to ? before : now));
  }).current;
  useEffect(() => {
    let frame = 0;
    const later = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', later);
      removeEventListener('resize', later);
    };
  }, [look]);
  // A row is higher on a phone, and with larger letters.
  useLayoutEffect(() => {
    const height = list.current?.firstElementChild?.getBoundingClientRect().height ?? 0;
    if (height > 0 && Math.abs(height - row) > 0.5) setRow(height);
    look();
  });
  const [from, to] = [Math.min(range.from, count), Math.min(range.to, count)];
  const rows = [];
  for (let index = from; index < to; index += 1) rows.push(props.row(index));
  return (
    <ul
      ref={list}
      class="card targets"
      aria-label={label}
      style={{ paddingTop: `${from * row}px`, paddingBottom: `${(count - to) * row}px` }}
    >
      {rows}
    </ul>
  );
}
