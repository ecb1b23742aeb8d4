import type { LabCase } from '../case.ts';
import { dnsCases } from './dns.ts';
import { exposureCases } from './exposure.ts';
import { networkCases } from './network.ts';
import { vantageCases } from './vantages.ts';

/** The matrix by its chapters, in the order of the table. */
export const chapters: readonly { readonly title: string; readonly cases: readonly LabCase[] }[] = [
  { title: 'Network', cases: networkCases },
  { title: 'Names', cases: dnsCases },
  { title: 'Vantages', cases: vantageCases },
  { title: 'Exposure', cases: exposureCases },
];
