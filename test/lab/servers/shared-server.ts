/**
 * Real servers that one process serves for all cases: each case adds its part to the configuration before anything
 * starts. A part binds to its place's addresses alone, so cases don't meet.
 */
import type { Place, Site } from '../case.ts';
import type { Lab } from '../topology.ts';

export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** What one case adds to a server; the server is ready once it listens everywhere. */
export interface Part {
  /** In the server's own language. */
  readonly text: string;
  readonly listening: readonly Listening[];
}

export type AddPart<P extends Part> = (
  made: string,
  part: (place: Place, lab: Lab) => P | Promise<P>,
) => Site;

/**
 * @param name  of the server, once in the laboratory
 * @param start writes the configuration from all parts and starts the process
 */
export function sharedServer<P extends Part = Part>(
  name: string,
  start: (lab: Lab, parts: readonly P[], listening: readonly Listening[]) => Promise<unknown>,
): AddPart<P> {
  const collected = (lab: Lab): Promise<P[]> => lab.once(`${name} configuration`, async () => []);
  return (made, part) => ({
    made,
    prepare: async (place, lab) => {
      (await collected(lab)).push(await part(place, lab));
    },
    start: async (_place, lab) => {
      const parts = await collected(lab);
      await lab.once(`${name} process`, () =>
        start(
          lab,
          parts,
          parts.flatMap(({ listening }) => listening),
        ),
      );
    },
  });
}

/** The port at all addresses of a place. */
export const at = (place: Place, port: number): Listening[] =>
  [...place.v4, ...place.v6].map((address) => ({ address, port }));

/** `10.77.128.1:443`, `[fd77::1]:443`. */
export const socketAddress = ({ address, port }: Listening): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** The parts' texts below each other. */
export const joined = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('\n');
