/** Trust anchors: DS records that are believed without a signature. */
import { canonicalName } from './domain-name.ts';
import { type Ds, readDs } from './records.ts';

/** By zone. */
export type Anchors = ReadonlyMap<string, readonly Ds[]>;

/** Of the root: both key signing keys of https://data.iana.org/root-anchors/root-anchors.xml (read 2026-11). */
const ROOT = [
  '. 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D',
  '. 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16',
];

const DS_LINE = /^(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(?:DS\s+)?(\d{1,5})\s+(\d{1,3})\s+(\d{1,3})\s+([0-9A-F\s]+)$/i;

/** `ZONE [TTL] [IN] [DS] TAG ALGORITHM DIGEST-TYPE DIGEST`, as zone files write it. `undefined` for other text. */
export function parseAnchor(text: string): { readonly zone: string; readonly ds: Ds } | undefined {
  const [, zone, tag, algorithm, digestType, hex] = DS_LINE.exec(text.trim()) ?? [];
  const digits = hex?.replace(/\s/g, '') ?? '';
  if (zone === undefined || digits.length < 40 || digits.length % 2 !== 0) return undefined;
  if (Number(tag) > 65_535 || Number(algorithm) > 255 || Number(digestType) > 255) return undefined;
  const head = Buffer.alloc(4);
  head.writeUInt16BE(Number(tag));
  head.writeUInt8(Number(algorithm), 2);
  head.writeUInt8(Number(digestType), 3);
  return { zone: canonicalName(zone), ds: readDs(Buffer.concat([head, Buffer.from(digits, 'hex')])) };
}

/** @param texts in place of the root's own; empty: the root's */
export function anchorsOf(texts: readonly string[]): Anchors {
  const anchors = new Map<string, Ds[]>();
  for (const text of texts.length > 0 ? texts : ROOT) {
    const anchor = parseAnchor(text);
    if (anchor === undefined) throw new Error(`no trust anchor: ${text}`);
    anchors.set(anchor.zone, [...(anchors.get(anchor.zone) ?? []), anchor.ds]);
  }
  return anchors;
}
