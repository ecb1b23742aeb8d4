/**
 * Names as DNSSEC sorts and signs them: in lower case, without the last dot; the root is `.`. A dot or backslash within a label
 * is escaped by a backslash, and each other byte is one character of Latin-1, so that no two names share one text.
 */

/** RFC 1035 §2.3.4, in bytes with all lengths. */
const MAX_WIRE = 255;

/** Labels from left to right. */
export function labelsOf(name: string): string[] {
  if (name === '.') return [];
  return (name.match(/(?:\\.|[^.\\])+/gs) ?? []).map((label) => label.replace(/\\(.)/gs, '$1'));
}

export function nameOf(labels: readonly string[]): string {
  return labels.length === 0 ? '.' : labels.map((label) => label.replace(/[.\\]/g, '\\$&')).join('.');
}

/** A name as it is typed: in lower case, without the last dot. */
export function canonicalName(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return nameOf(labelsOf(bytes === '.' ? '.' : bytes.replace(/\.$/, '')).map(lower));
}

/** ASCII alone has upper and lower case in the DNS (RFC 4343). */
export const lower = (label: string): string => label.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

export function wireOf(name: string): Buffer {
  const parts = labelsOf(name).flatMap((label) => [
    Buffer.from([label.length]),
    Buffer.from(label, 'latin1'),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(1)]);
}

/** RFC 4034 §6.1: by labels from the right, each as bytes. Less than 0: `a` comes first. */
export function compareNames(a: string, b: string): number {
  const left = labelsOf(a).reverse();
  const right = labelsOf(b).reverse();
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** Is `name` the zone's apex or below it? */
export function isWithin(name: string, zone: string): boolean {
  return zone === '.' || name === zone || isBelow(name, zone);
}

export function isBelow(name: string, ancestor: string): boolean {
  const labels = labelsOf(name);
  const above = labelsOf(ancestor);
  return labels.length > above.length && nameOf(labels.slice(labels.length - above.length)) === ancestor;
}

/** The last `count` labels. */
export function lastLabels(name: string, count: number): string {
  return count === 0 ? '.' : nameOf(labelsOf(name).slice(-count));
}

export const labelCount = (name: string): number => labelsOf(name).length;

export const parentOf = (name: string): string => nameOf(labelsOf(name).slice(1));

/** The longest name that both are within. */
export function sharedAncestor(a: string, b: string): string {
  const left = labelsOf(a).reverse();
  const right = labelsOf(b).reverse();
  let count = 0;
  while (count < left.length && left[count] === right[count]) count += 1;
  return lastLabels(a, count);
}

/** The wildcard directly below a name; `undefined` where that is too long to exist. */
export function wildcardOf(name: string): string | undefined {
  const wildcard = name === '.' ? '*' : `*.${name}`;
  return wireOf(wildcard).length > MAX_WIRE ? undefined : wildcard;
}

/**
 * Reads a name of a message, with pointers (RFC 1035 §4.1.4).
 *
 * @throws RangeError where it is not a name
 */
export function readName(message: Buffer, at: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let end: number | undefined;
  let place = at;
  let bytes = 1;
  for (;;) {
    const length = message.readUInt8(place);
    if (length >= 0xc0) {
      const target = message.readUInt16BE(place) & 0x3fff;
      // Pointers lead back alone, so that no message can lead in a circle.
      if (target >= place) throw new RangeError('pointer ahead');
      end ??= place + 2;
      place = target;
      continue;
    }
    if (length > 63) throw new RangeError('label type');
    if (length === 0) return { name: nameOf(labels), end: end ?? place + 1 };
    bytes += length + 1;
    if (bytes > MAX_WIRE || place + 1 + length > message.length) throw new RangeError('name too long');
    labels.push(lower(message.toString('latin1', place + 1, place + 1 + length)));
    place += length + 1;
  }
}
