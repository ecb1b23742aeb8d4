import { describe, expect, it } from 'vitest';
import type { Fault } from '../../lib/model/finding.ts';
import { atMost, bySeverity, mostSeriousFirst, VERDICTS, worst } from '../../lib/model/severity-order.ts';
import { Verdict } from '../../lib/model/vocabulary.ts';

const fault = (cause: Fault['cause'], severity: Fault['severity'], summary = ''): Fault => ({
  cause,
  severity,
  side: 'service',
  summary,
});

describe('the order of severity', () => {
  it('ranks every verdict once', () => {
    expect([...VERDICTS].sort()).toEqual([...Verdict.options].sort());
  });

  it.each([
    [[], 'pass'],
    [['pass', 'warn'], 'warn'],
    [['warn', 'inconclusive', 'pass'], 'inconclusive'],
    [['inconclusive', 'fail', 'pass'], 'fail'],
  ] as const)('the worst of %j is %s', (verdicts, wanted) => {
    expect(worst(verdicts)).toBe(wanted);
  });

  it('sorts faults by severity, then up the layers, what is said of the whole name first', () => {
    const faults = [
      fault('http.too-large', 'fail'),
      fault('tls.cert-expired', 'fail'),
      fault('dns.timeout', 'warn'),
      fault('tcp.some-addresses-dead', 'fail'),
    ];
    expect([...faults].sort(bySeverity).map(({ cause }) => cause)).toEqual([
      'tcp.some-addresses-dead',
      'tls.cert-expired',
      'http.too-large',
      'dns.timeout',
    ]);
  });

  it('keeps each cause once, with the summary of its most serious', () => {
    const faults = [fault('tcp.refused', 'warn', 'mild'), fault('tcp.refused', 'fail', 'grave')];
    expect(mostSeriousFirst(faults)).toEqual([faults[1]]);
    expect(atMost('warn', faults).map(({ severity }) => severity)).toEqual(['warn', 'warn']);
  });
});
