/** What each cause means and what to do next, in German; what proves it is in English alone. */
import type { CauseCode } from '../model/vocabulary.ts';
import type { Cause } from './contract/cause.ts';
import { dnsCausesGerman } from './dns/causes-de.ts';
import { httpCausesGerman } from './http/causes-de.ts';
import { pathCausesGerman } from './listener/join-causes-de.ts';
import { ntpCausesGerman } from './ntp/causes-de.ts';
import { quicCausesGerman } from './quic/causes-de.ts';
import { exposureCausesGerman, proberCausesGerman } from './run-causes/causes-de.ts';
import { smtpCausesGerman } from './smtp/causes-de.ts';
import { sshCausesGerman } from './ssh/causes-de.ts';
import { tcpCausesGerman } from './tcp/causes-de.ts';
import { tlsCausesGerman } from './tls/causes-de.ts';

export const germanCauses: Readonly<Record<CauseCode, Pick<Cause, 'summary' | 'next'>>> = {
  ...dnsCausesGerman,
  ...tcpCausesGerman,
  ...pathCausesGerman,
  ...tlsCausesGerman,
  ...httpCausesGerman,
  ...smtpCausesGerman,
  ...sshCausesGerman,
  ...ntpCausesGerman,
  ...quicCausesGerman,
  ...exposureCausesGerman,
  ...proberCausesGerman,
};
