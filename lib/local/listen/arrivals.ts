/** What arrived at the ports, kept within bounds however much it was. */
import type { ListenerArrival, ListenerPort } from '../../kinds/listener/listener-log.ts';
import type { GoneConnection } from './listener.ts';

/** Connections with a challenge that are told one by one. */
export const MAX_CHALLENGES = 1_000;
/** The others have a bound of their own, so that a scan leaves room for the test. */
export const MAX_OTHERS = 500;

/** One port, as the screen and the summary show it. */
export interface PortState {
  readonly opening: ListenerPort;
  /** The last connection with a challenge; one without it does not take its place. */
  readonly proven?: ListenerArrival;
  readonly proofs: number;
  /** The last connection without a challenge. */
  readonly other?: ListenerArrival;
  /** The last one that was gone before anything of it was known. */
  readonly gone?: GoneConnection;
  readonly others: number;
}

export class Arrivals {
  private readonly states: Map<number, PortState>;
  private challenges = 0;
  private rest = 0;
  /** Connections that were counted only. */
  leftOut = 0;

  constructor(openings: readonly ListenerPort[]) {
    this.states = new Map(openings.map((opening) => [opening.port, { opening, proofs: 0, others: 0 }]));
  }

  ports(): readonly PortState[] {
    return [...this.states.values()];
  }

  /** Counts one of which nothing is known. True for the first of its port. */
  addGone(gone: GoneConnection): boolean {
    this.leftOut += 1;
    const before = this.states.get(gone.port);
    if (before === undefined) return false;
    this.states.set(gone.port, { ...before, gone, others: before.others + 1 });
    return before.gone === undefined;
  }

  /** Counts a connection. False once so many were told one by one that this one is not. */
  add(arrival: ListenerArrival): boolean {
    const before = this.states.get(arrival.port);
    const isOurs = arrival.what === 'challenge';
    if (before !== undefined)
      this.states.set(
        arrival.port,
        isOurs
          ? { ...before, proven: arrival, proofs: before.proofs + 1 }
          : { ...before, other: arrival, others: before.others + 1 },
      );
    const isTold = isOurs ? this.challenges < MAX_CHALLENGES : this.rest < MAX_OTHERS;
    if (!isTold) this.leftOut += 1;
    else if (isOurs) this.challenges += 1;
    else this.rest += 1;
    return isTold;
  }
}
