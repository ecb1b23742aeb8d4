import type { LabCase } from '../case.ts';

/** The matrix, in the order of the table. */
export const cases: readonly LabCase[] = [];
