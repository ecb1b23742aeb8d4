import type { EvidenceOf } from '../contract/evidence.ts';
import { type Measurements, plainMeasurements } from '../contract/measurements.ts';
import type { ListenerObservation } from './observation.ts';

export const listenerMeasurements: Measurements<EvidenceOf<ListenerObservation>, never> = {
  ...plainMeasurements,
  // Ports and clocks differ from one connection to the next.
  likeness: ({ listener }) => [listener?.status, listener?.destination],
};
