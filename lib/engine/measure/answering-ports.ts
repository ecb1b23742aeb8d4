/** Addresses whose memory is kept: the run may be longer than that. */
const MOST_ADDRESSES = 1_000;

/** A TCP port of each address that answered in this run. */
export interface AnsweringPorts {
  add(address: string, port: number): void;
  /** One other than this; `undefined` where none is known. */
  beside(address: string, port: number): number | undefined;
}

export function createAnsweringPorts(): AnsweringPorts {
  const ports = new Map<string, number>();
  return {
    add(address, port) {
      // The one that answered last is the last to be forgotten.
      ports.delete(address);
      ports.set(address, port);
      const [oldest] = ports.keys();
      if (ports.size > MOST_ADDRESSES && oldest !== undefined) ports.delete(oldest);
    },
    beside(address, port) {
      const known = ports.get(address);
      return known === port ? undefined : known;
    },
  };
}
