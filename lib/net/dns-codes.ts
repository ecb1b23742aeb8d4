/**
 * Did the DNS itself answer? The rest are failures of a server or of the way to it, about which a second server may
 * know more. `BADNAME`: the text can be no DNS name, so nobody can be asked.
 */
export function isDnsAnswer(code: string): boolean {
  return code === 'NOERROR' || code === 'NODATA' || code === 'NXDOMAIN' || code === 'BADNAME';
}
