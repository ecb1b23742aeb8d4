/** Which rows of a long list are drawn: those on the screen, and a few around them for the Tab key and for fast scrolling. */
export interface RowRange {
  readonly from: number;
  /** Not drawn itself. */
  readonly to: number;
}

/** Rows beyond each edge; in steps of as many, so that not every pixel of scrolling draws anew. */
const AROUND = 10;

/**
 * @param top pixels of the list that are above the screen; negative: it begins further down
 * @param height pixels of the screen
 * @param row pixels of a row; all are equally high
 */
export function rowsInSight({
  top,
  height,
  row,
  count,
}: {
  readonly top: number;
  readonly height: number;
  readonly row: number;
  readonly count: number;
}): RowRange {
  const step = (index: number): number => Math.floor(index / AROUND) * AROUND;
  const first = Math.max(0, Math.floor(top / row));
  const last = Math.max(0, Math.ceil((top + height) / row));
  const from = Math.max(0, step(Math.min(first, count) - AROUND));
  return { from, to: Math.min(count, step(last + 2 * AROUND)) };
}
