/** A short "label: value" line of a report. Values are raw: the format escapes. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A fact, or none where there is no value. */
export const fact = (label: string, value: string | number | undefined): Fact[] =>
  value === undefined || value === '' ? [] : [{ label, value: String(value) }];
