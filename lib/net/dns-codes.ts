/**
 * How a question ended, as one word. What a server said: `NOERROR` (records of the type), `NODATA` (the name without
 * that type), `NXDOMAIN`, `REFERRAL` (it names other servers, RFC 2308 §2.2), else the response code's name. What went wrong
 * on the way to it: `TIMEOUT`, `TRUNCATED` (the answer is too long for a datagram and TCP failed), `TOO-LARGE`
 * (longer than is read), `BADRESP` (no DNS message to this question), an errno such as `ECONNREFUSED`. `DEADLINE`: the run ended. `BADNAME`: the text can't be a DNS name.
 * `UNSUPPORTED`: a type that this client does not read.
 */

/**
 * Did the DNS itself answer? The rest are failures of a server or of the way to it, about which a second server may
 * know more. `BADNAME`: the text can't be a DNS name, so no server can be asked.
 */
export function isDnsAnswer(code: string): boolean {
  return code === 'NOERROR' || isDenial(code) || code === 'BADNAME';
}

/** Does the code deny that there is such a record? */
export function isDenial(code: string): boolean {
  return code === 'NODATA' || code === 'NXDOMAIN';
}

/** https://www.iana.org/assignments/dns-parameters/ (DNS RCODEs), read 2026-11. */
const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  6: 'YXDOMAIN',
  7: 'YXRRSET',
  8: 'NXRRSET',
  9: 'NOTAUTH',
  10: 'NOTZONE',
  11: 'DSOTYPENI',
  16: 'BADVERS',
  23: 'BADCOOKIE',
};

export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `RCODE${rcode}`;
}

/** Apart from `REFERRAL`, what a server that serves the name never says: response codes above 5 (RFC 6895 §2.3). */
const LAME: ReadonlySet<string> = new Set(
  Object.entries(RCODES).flatMap(([rcode, name]) => (Number(rcode) > 5 ? [name] : [])),
);

export function isLame(code: string): boolean {
  return code === 'REFERRAL' || LAME.has(code) || code.startsWith('RCODE');
}

/** Did the server, or the way to it, stay silent? */
export function isSilence(code: string): boolean {
  return code === 'TIMEOUT' || /^E[A-Z]/.test(code);
}

/**
 * The code of a pair of questions for A and AAAA. An address counts more than the other family's failure, and one family's
 * NODATA proves that the name exists, whatever the other says (RFC 8020).
 */
export function nameCode(codes: readonly string[]): string {
  if (codes.includes('NOERROR')) return 'NOERROR';
  if (codes.includes('BADNAME')) return 'BADNAME';
  if (codes.includes('NXDOMAIN') && !codes.includes('NODATA')) return 'NXDOMAIN';
  return codes.find((code) => !isDnsAnswer(code)) ?? codes[0] ?? 'TIMEOUT';
}

/** Is one family's answer a fault, given the other's? A failure, or NXDOMAIN where the name has addresses (RFC 8020). */
export function oneFamilyFails(
  answers: readonly { readonly type: string; readonly code: string }[],
): boolean {
  const codes = answers.filter(({ type }) => isAddressType(type)).map(({ code }) => code);
  return (
    codes.some((code) => !isDnsAnswer(code)) || (codes.includes('NXDOMAIN') && codes.includes('NOERROR'))
  );
}

export function isAddressType(type: string): boolean {
  return type === 'A' || type === 'AAAA';
}
