/** What the test and the process inside the namespace say to each other, over Node's channel between processes. */

export interface StationPlan {
  readonly home: 'station';
  /** The built command line. */
  readonly cli: string;
  /** Where commands run, and where they keep what they write. */
  readonly folder: string;
}
export interface FleetPlan extends Omit<StationPlan, 'home'> {
  readonly home: 'fleet';
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  readonly proberBundle: string;
  readonly notifierBundle: string;
}
export type RunnerPlan = FleetPlan | StationPlan;

export type Question =
  | { readonly ask: 'start'; readonly plan: RunnerPlan }
  | { readonly ask: 'run'; readonly args: readonly string[]; readonly meanwhile: readonly string[] }
  | { readonly ask: 'happen'; readonly what: string };

export interface Ran {
  readonly status: number | null;
  /** Standard output and standard error, as they came. */
  readonly printed: string;
}

export interface Numbered<T> {
  readonly number: number;
  readonly message: T;
}
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };
