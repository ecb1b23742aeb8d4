import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';
import { dnsCauses } from './dns.ts';
import { exposureCauses } from './exposure.ts';
import { httpCauses } from './http.ts';
import { ntpCauses } from './ntp.ts';
import { proberCauses } from './prober.ts';
import { smtpCauses } from './smtp.ts';
import { sshCauses } from './ssh.ts';
import { tcpCauses } from './tcp.ts';
import { tlsCauses } from './tls.ts';

/** Documentation of every cause code; the type makes the compiler name a code that nobody documented. */
export const causes: Readonly<Record<CauseCode, Cause>> = {
  ...dnsCauses,
  ...tcpCauses,
  ...tlsCauses,
  ...httpCauses,
  ...smtpCauses,
  ...sshCauses,
  ...ntpCauses,
  ...exposureCauses,
  ...proberCauses,
};
