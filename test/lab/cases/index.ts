import type { LabCase } from '../case.ts';
import { certificateCases } from './certificates.ts';
import { dnsCases } from './dns.ts';
import { exposureCases } from './exposure.ts';
import { httpCases } from './http.ts';
import { httpNoAnswerCases } from './http-no-answer.ts';
import { icmpCases } from './icmp.ts';
import { networkCases } from './network.ts';
import { pathMtuCases } from './path-mtu.ts';
import { redirectCases } from './redirects.ts';
import { smtpCases } from './smtp.ts';
import { smtpEncryptionCases } from './smtp-encryption.ts';
import { sshCases } from './ssh.ts';
import { tlsCases } from './tls.ts';
import { vantageCases } from './vantages.ts';

/** The matrix by its chapters, in the order of the table. */
export const chapters: readonly { readonly title: string; readonly cases: readonly LabCase[] }[] = [
  { title: 'Network', cases: [...networkCases, ...icmpCases, ...pathMtuCases] },
  { title: 'Names', cases: dnsCases },
  { title: 'Vantages', cases: vantageCases },
  { title: 'Exposure', cases: exposureCases },
  { title: 'Certificates', cases: certificateCases },
  { title: 'TLS', cases: tlsCases },
  { title: 'Websites', cases: [...httpCases, ...httpNoAnswerCases] },
  { title: 'Redirects and HTTP-01', cases: redirectCases },
  { title: 'Mail', cases: smtpCases },
  { title: 'Mail: encryption', cases: smtpEncryptionCases },
  { title: 'SSH and balancers', cases: sshCases },
];
