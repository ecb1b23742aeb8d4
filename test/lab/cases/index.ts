import type { LabCase } from '../case.ts';
import { dnsCases } from './dns.ts';
import { exposureCases } from './exposure.ts';
import { httpCases } from './http.ts';
import { networkCases } from './network.ts';
import { smtpCases } from './smtp.ts';
import { sshCases } from './ssh.ts';
import { tlsCases } from './tls.ts';
import { vantageCases } from './vantages.ts';

/** The matrix by its chapters, in the order of the table. */
export const chapters: readonly { readonly title: string; readonly cases: readonly LabCase[] }[] = [
  { title: 'Network', cases: networkCases },
  { title: 'Names', cases: dnsCases },
  { title: 'Vantages', cases: vantageCases },
  { title: 'Exposure', cases: exposureCases },
  { title: 'TLS and certificates', cases: tlsCases },
  { title: 'Websites', cases: httpCases },
  { title: 'Mail', cases: smtpCases },
  { title: 'SSH and balancers', cases: sshCases },
];
