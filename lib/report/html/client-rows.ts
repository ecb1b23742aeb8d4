import { type ClientTable, clientTables } from '../words/clients.ts';

type Row = ClientTable['rows'][number];

/** A table of clients whose same reasons below each other are one cell. */
export interface ClientTableView {
  readonly seenBy: string;
  /** `whyRows`: how many rows the cell of the reason covers; 0 where one above covers it. */
  readonly rows: readonly (Row & { readonly whyRows: number })[];
}

export const clientTableViews = (...asked: Parameters<typeof clientTables>): ClientTableView[] =>
  clientTables(...asked).map(({ seenBy, rows }) => ({
    seenBy,
    rows: rows.map((row, at) => ({ ...row, whyRows: rowsOfReason(rows, at) })),
  }));

function rowsOfReason(rows: readonly Row[], at: number): number {
  const why = rows[at]?.why;
  if (at > 0 && rows[at - 1]?.why === why) return 0;
  const next = rows.findIndex((row, index) => index > at && row.why !== why);
  return (next < 0 ? rows.length : next) - at;
}
