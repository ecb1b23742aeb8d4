import { describe, expect, it } from 'vitest';
import { finding } from '../../../lib/kinds/contract/fault.ts';
import { plainFault as fault } from './plain-fault.ts';

describe('faults and findings', () => {
  it('takes side and severity from the documentation of the cause', () => {
    expect(fault('tcp.refused', 'no')).toEqual({
      cause: 'tcp.refused',
      side: 'host',
      severity: 'fail',
      summary: 'no',
    });
  });

  it('lets the evidence name another side or severity', () => {
    expect(fault('tcp.refused', 'no', { side: 'network', severity: 'warn' })).toMatchObject({
      side: 'network',
      severity: 'warn',
    });
  });

  it('sorts the most serious first, then up the layers', () => {
    const found = finding('open', [
      fault('smtp.banner-delayed', 'd', { severity: 'warn' }),
      fault('ssh.not-ssh', 'c'),
      fault('dns.servfail', 'e', { severity: 'info' }),
      fault('dns.private-address', 'a'),
      fault('tcp.refused', 'b'),
    ]);
    expect(found.faults.map((one) => one.summary)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(found.summary).toBe('a');
  });

  it('has a summary of its own where nothing is wrong', () => {
    expect(finding('open', [], { summary: 'answers' })).toEqual({
      state: 'open',
      faults: [],
      summary: 'answers',
    });
  });
});
