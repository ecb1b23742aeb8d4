/** What a kind's evidence says about a person, and how it is removed before a report is shown to people outside. */
export interface Redaction<E> {
  /** Mail addresses of people whom the probe named to the peer. */
  named(evidence: E): string[];
  /** Addresses that the probe used and that belong to no person. */
  ours(evidence: E): string[];
  /** What the peer said to or about those people, line by line. */
  said(evidence: E): string[];
  /** @param erase removes the people from sentences and from the peer's text; @param mark replaces what is removed */
  without(evidence: E, erase: (text: string) => string, mark: string): E;
}

/** For a kind whose evidence names no person. */
export const noPersonalData = {
  named: () => [],
  ours: () => [],
  said: () => [],
  without: <E>(evidence: E): E => evidence,
} satisfies Redaction<unknown>;
