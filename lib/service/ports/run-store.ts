/**
 * Where the objects of runs are stored: plans, raw observations, reports. Both reject with a `StoreFailed` failure when the
 * store can't be reached or refuses; a step should then end and be tried again.
 */
export interface RunStore {
  /** Writes the whole object; a second write of the same key replaces it. */
  put(key: string, text: string, mediaType: string): Promise<void>;
  get(key: string): Promise<string>;
}
