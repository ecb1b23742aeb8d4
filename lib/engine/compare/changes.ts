/** What changed in an endpoint from one run to another, each change with a sentence for it. Pure. */
import type { Change, EndpointState } from '../history.ts';

type Certificate = EndpointState['certificates'][number];

export function changesBetween(before: EndpointState, after: EndpointState): Change[] {
  return [
    ...verdictChange(before, after),
    ...causeChange(before, after),
    ...certificateChange(before.certificates, after.certificates),
    ...addressChange(before.addresses, after.addresses),
    ...vantageChanges(before, after),
  ];
}

/** `before` and `after` as they are in the report; empty ones are left out. */
const values = (before: string, after: string): Pick<Change, 'before' | 'after'> => ({
  ...(before !== '' && { before }),
  ...(after !== '' && { after }),
});

function verdictChange(before: EndpointState, after: EndpointState): Change[] {
  if (before.verdict === after.verdict) return [];
  return [
    {
      what: 'verdict',
      ...values(before.verdict, after.verdict),
      text: `verdict: ${before.verdict} → ${after.verdict}`,
    },
  ];
}

function causeChange(before: EndpointState, after: EndpointState): Change[] {
  const [old, now] = [before.causes.join(', '), after.causes.join(', ')];
  if (old === now) return [];
  return [{ what: 'cause', ...values(old, now), text: `cause: ${old || 'none'} → ${now || 'none'}` }];
}

const day = (iso: string): string => iso.slice(0, 10);
const certificateWords = ({ fingerprint256, issuer, notAfter }: Certificate): string =>
  `sha256:${fingerprint256.slice(0, 16)}… from ${issuer}, until ${notAfter}`;

function certificateChange(before: readonly Certificate[], after: readonly Certificate[]): Change[] {
  // A certificate that could not be seen, for example because the port was closed, does not count as a change.
  if (before.length === 0 || after.length === 0) return [];
  const old = before.map(certificateWords).sort().join('; ');
  const now = after.map(certificateWords).sort().join('; ');
  if (old === now) return [];
  return [{ what: 'certificate', ...values(old, now), text: certificateText(before, after) }];
}

function certificateText(before: readonly Certificate[], after: readonly Certificate[]): string {
  const [was, is] = [before[0], after[0]];
  if (before.length !== 1 || after.length !== 1 || was === undefined || is === undefined)
    return `certificates: ${before.map(certificateWords).join('; ')} → ${after.map(certificateWords).join('; ')}`;
  const until = `valid until ${day(is.notAfter)}, was ${day(was.notAfter)}`;
  if (was.issuer !== is.issuer)
    return `certificate replaced: now from ${is.issuer}, was from ${was.issuer}; ${until}`;
  if (was.subject !== is.subject)
    return `certificate replaced: now ${is.subject}, was ${was.subject}; ${until}`;
  return Date.parse(is.notAfter) > Date.parse(was.notAfter)
    ? `certificate renewed: ${until}`
    : `certificate replaced by one that ends no later: ${until}`;
}

function addressChange(before: readonly string[], after: readonly string[]): Change[] {
  const [old, now] = [before.join(', '), after.join(', ')];
  if (old === now) return [];
  return [{ what: 'address', ...values(old, now), text: `address: ${old || 'none'} → ${now || 'none'}` }];
}

/** A single vantage says the same as the verdict; with two or more, each is listed. */
function vantageChanges(before: EndpointState, after: EndpointState): Change[] {
  const old = new Map(before.vantages.map(({ id, state }) => [id, state]));
  const now = new Map(after.vantages.map(({ id, state }) => [id, state]));
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort();
  if (ids.length < 2) return [];
  return ids.flatMap((vantage): Change[] => {
    const [was = '', is = ''] = [old.get(vantage), now.get(vantage)];
    if (was === is) return [];
    return [{ what: 'vantage', vantage, ...values(was, is), text: vantageText(vantage, was, is) }];
  });
}

function vantageText(vantage: string, was: string, is: string): string {
  if (was === '') return `${vantage}: new, sees ${is}`;
  if (is === '') return `${vantage}: gave nothing this time, saw ${was}`;
  if (is === 'inconclusive') return `${vantage}: proves nothing any more, saw ${was}`;
  return `${vantage}: ${was} → ${is}`;
}
