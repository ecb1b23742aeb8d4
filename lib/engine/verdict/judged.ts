import * as z from 'zod';
import { Finding } from '../../model/finding.ts';
import { Measured } from '../measured.ts';

/** One observation with its diagnosis. Plain data that survives JSON. */
export const JudgedObservation = z.object({ ...Measured.shape, finding: Finding });
export type JudgedObservation = Readonly<z.infer<typeof JudgedObservation>>;
