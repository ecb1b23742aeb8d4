import { Time } from '../parts/time.tsx';
import { useSpeech } from '../words/words.ts';
import type { CertificateDays } from './certificates.ts';

/** Days from which on it is time to renew. */
const SOON = 21;

export function CertificatesPart({ certificates }: { readonly certificates: readonly CertificateDays[] }) {
  const { say } = useSpeech();
  return (
    <section class="card" aria-labelledby="certificates">
      <h2 id="certificates">{say('certificates.title')}</h2>
      {certificates.length === 0 && <p class="dim">{say('certificates.none')}</p>}
      <ul class="rows">
        {certificates.map(({ endpoint, subject, issuer, notAfter, days }) => (
          <li key={`${endpoint} ${subject} ${notAfter}`}>
            <b class={days < 0 ? 'bad' : days < SOON ? 'soon' : ''}>
              {say(days < 0 ? 'certificates.over' : days < SOON ? 'certificates.soon' : 'certificates.left', {
                days: Math.abs(days),
              })}
            </b>{' '}
            {endpoint}
            <span class="why dim">
              {say('certificates.of', { subject, issuer })} <Time iso={notAfter} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
