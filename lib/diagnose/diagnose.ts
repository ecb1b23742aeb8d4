import type { Finding } from '../model/finding.ts';
import type { Observation } from '../model/observation.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { diagnoseDns } from './dns.ts';
import { diagnoseHttp } from './http.ts';
import { diagnoseNtp } from './ntp.ts';
import { diagnoseSmtp } from './smtp.ts';
import { diagnoseSsh } from './ssh.ts';
import { diagnoseTcp } from './tcp.ts';
import { diagnoseTls } from './tls.ts';

/**
 * The state and the faults that one observation proves, gravest first; the expectation is not applied yet. A name that
 * did not resolve comes as a dns observation, whatever the endpoint's kind.
 */
export function diagnose(observation: Observation, context: DiagnosisContext): Finding {
  switch (observation.kind) {
    case 'dns':
      return diagnoseDns(observation, context);
    case 'tcp':
      return diagnoseTcp(observation, context);
    case 'tls':
      return diagnoseTls(observation, context);
    case 'http':
    case 'https':
      return diagnoseHttp(observation, context);
    case 'smtp':
    case 'smtps':
      return diagnoseSmtp(observation, context);
    case 'ssh':
      return diagnoseSsh(observation, context);
    case 'ntp':
      return diagnoseNtp(observation, context);
    default:
      return observation satisfies never;
  }
}
