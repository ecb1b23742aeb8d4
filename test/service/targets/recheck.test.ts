import { describe, expect, it } from 'vitest';
import type { HostOwnership, OwnershipAnswer } from '../../../lib/service/ports/ownership.ts';
import type { HostProof, TargetRecord } from '../../../lib/service/state/target-record.ts';
import { authorisationOf, coverageOf } from '../../../lib/service/targets/coverage.ts';
import { recheck } from '../../../lib/service/targets/recheck.ts';

const T0 = '2026-03-01T00:00:00.000Z';
const day = (n: number): string => new Date(Date.parse(T0) + n * 86_400_000).toISOString();
const txt = (host: string, at: string = T0): HostProof => ({ host, method: 'dns-txt', below: true, at });
const file = (host: string): HostProof => ({ host, method: 'http-file', below: false, at: T0 });
const record = (given: Partial<TargetRecord> = {}): TargetRecord => ({
  name: 'shop',
  hosts: ['www.example.com'],
  challenge: 'c',
  proofs: [txt('example.com')],
  ...given,
});
const found = (host: string, at: string): HostOwnership => ({
  host,
  proven: { method: 'dns-txt', at, below: true },
});
const missing = (host: string): HostOwnership => ({
  host,
  seen: [`TXT _inbound-check.${host}: no such name`],
});
const looked = (...hosts: HostOwnership[]): OwnershipAnswer => ({ status: 'looked', hosts });

describe('recheck', () => {
  it('renews what is found', () => {
    const { record: after, authorisation } = recheck(
      record(),
      looked(found('www.example.com', 'example.com')),
      day(3),
    );
    expect(after).toMatchObject({ checkedAt: day(3), proofs: [{ host: 'example.com', at: day(3) }] });
    expect(authorisation).toEqual({ kind: 'proven', method: 'dns-txt', at: day(3) });
  });

  it('lets what is not found count for seven days from the first time, and no longer', () => {
    const gone = looked(missing('www.example.com'));
    const first = recheck(record(), gone, day(1));
    expect(first.lapsing).toMatchObject([{ host: 'example.com', lapsedSince: day(1) }]);
    const last = recheck(first.record, gone, day(8));
    expect(last.record.proofs).toMatchObject([{ lapsedSince: day(1), at: T0 }]);
    expect(last.authorisation).toMatchObject({ kind: 'proven' });
    const over = recheck(last.record, gone, day(8.01));
    expect(over).toMatchObject({ ended: [{ host: 'example.com' }], record: { proofs: [] } });
    expect(over.authorisation).toBeUndefined();
  });

  it('does not count a proof past its grace, even if nobody looks again', () => {
    const { record: lapsed } = recheck(record(), looked(missing('www.example.com')), day(1));
    expect(authorisationOf(lapsed, Date.parse(day(8)))).toBeDefined();
    expect(authorisationOf(lapsed, Date.parse(day(9)))).toBeUndefined();
  });

  it('forgets a lapse when the proof is found again', () => {
    const { record: lapsed } = recheck(record(), looked(missing('www.example.com')), day(1));
    const again = recheck(lapsed, looked(found('www.example.com', 'example.com')), day(2));
    expect(again.record.proofs).toEqual([txt('example.com', day(2))]);
    expect(again.lapsing).toEqual([]);
  });

  it('blames nothing on a target when nothing could be looked at', () => {
    const before = record();
    const { record: after } = recheck(before, { status: 'unavailable', message: 'no answer' }, day(30));
    expect(after).toBe(before);
  });

  it('drops a proof that another one has replaced, and one that no host needs any more', () => {
    const { record: after } = recheck(
      record({ proofs: [file('www.example.com'), file('old.example.net')] }),
      looked(found('www.example.com', 'example.com')),
      day(1),
    );
    expect(after.proofs).toEqual([txt('example.com', day(1))]);
  });

  it('keeps one host proven while the other lapses', () => {
    const two = record({
      hosts: ['www.example.com', 'www.example.net'],
      proofs: [txt('example.com'), txt('example.net')],
    });
    const after = recheck(
      two,
      looked(found('www.example.com', 'example.com'), missing('www.example.net')),
      day(1),
    ).record;
    const later = Date.parse(day(20));
    expect(coverageOf(after, 'www.example.com', later)).toMatchObject({ kind: 'proven' });
    expect(coverageOf(after, 'www.example.net', later)).toBeUndefined();
    expect(authorisationOf(after, later)).toBeUndefined();
  });
});

describe('on whose word a host may be probed', () => {
  const vouch = { by: 'arn:ada', reason: 'contract 7', at: T0, hosts: ['www.example.com'] };

  it.each([
    ['a TXT record covers names below it', { proofs: [txt('example.com')] }, 'a.b.example.com', 'proven'],
    ['and no name that only ends alike', { proofs: [txt('example.com')] }, 'badexample.com', undefined],
    ['a file covers its name alone', { proofs: [file('example.com')] }, 'www.example.com', undefined],
    ['a vouch covers the hosts it was given for', { proofs: [], vouch }, 'www.example.com', 'vouched'],
    ['and none that came later', { proofs: [], vouch }, 'new.example.com', undefined],
    ['a proof goes before a vouch', { proofs: [txt('example.com')], vouch }, 'www.example.com', 'proven'],
  ] as const)('%s', (_, given, host, kind) => {
    const all = record({ ...given, proofs: [...given.proofs] } as Partial<TargetRecord>);
    expect(coverageOf(all, host, Date.parse(T0))?.kind).toBe(kind);
  });

  it('of all hosts together is the weakest', () => {
    const mixed = record({
      hosts: ['www.example.com', 'shop.example.net'],
      proofs: [txt('example.net')],
      vouch,
    });
    expect(authorisationOf(mixed, Date.parse(T0))).toEqual({
      kind: 'vouched',
      by: 'arn:ada',
      reason: 'contract 7',
    });
  });
});
