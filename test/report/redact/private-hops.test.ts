/** What a shared report tells of the way: the hops and their order, and no address inside anyone's network. */
import { describe, expect, it } from 'vitest';
import { type EndpointReport, Report } from '../../../lib/engine/report-schema.ts';
import { withKernelEvidence } from '../../../lib/kinds/connection/kernel-diagnosis.ts';
import { connectSentence } from '../../../lib/kinds/connection/messages.ts';
import { fault, finding } from '../../../lib/kinds/contract/fault.ts';
import { factsOf } from '../../../lib/kinds/facts.ts';
import type { IcmpError, KernelEvidence, PathHop, PathTrace } from '../../../lib/model/kernel-evidence.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';
import { FORMAT_IDS, loadFormat } from '../../../lib/report/formats.ts';
import { redact } from '../../../lib/report/redact.ts';
import { reportTextOf } from '../../../lib/report/signature/page.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import { sampleFleetReport } from '../sample-fleet-report.ts';
import { observation } from '../sample-observation.ts';

const hop = (ttl: number, from?: string): PathHop =>
  from === undefined ? { ttl, answer: 'silent' } : { ttl, answer: 'passed', from, ms: ttl };
const trace = (froms: readonly (string | undefined)[], last?: number): PathTrace => {
  const from = last === undefined ? undefined : froms[last - 1];
  return {
    port: 443,
    hops: froms.map((one, index) => hop(index + 1, one)),
    ...(last !== undefined && from !== undefined && { last: { ttl: last, from } }),
  };
};

/** A report on one endpoint at `address` with what the kernel said of its failure. */
function reportOn(kernel: KernelEvidence, cause: CauseCode, address = '192.0.2.10'): Report {
  const [first] = sampleFleetReport.endpoints;
  if (first === undefined) throw new Error('no endpoint');
  const said = connectSentence.closes({ peer: address });
  const evidence = { kind: 'tcp', connect: { status: 'timeout' }, exchange: [], kernel };
  const seen = observation({
    state: 'filtered',
    summary: '',
    timings: { total: 5_000 },
    address,
    evidence,
  });
  const found = withKernelEvidence(finding('filtered', [fault(cause, said)]), {
    ...seen,
    kind: 'tcp',
    endpointId: first.id,
    host: address,
    port: 443,
    exchange: [],
    kernel,
  });
  const told = { summary: found.summary, ...(found.message && { message: found.message }) };
  const { message: _message, furtherMessages: _further, ...rest } = first;
  const endpoint: EndpointReport = {
    ...rest,
    host: address,
    ...told,
    observations: [{ ...seen, ...told }],
  };
  return Report.parse({ ...sampleFleetReport, endpoints: [endpoint] });
}

/** All that can be read of it, the data inside the page too. */
async function everythingOf(report: Report): Promise<string> {
  const texts = await Promise.all(
    FORMAT_IDS.map(async (id) => {
      const text = await writeWhole(await loadFormat(id), tailOf(report), report.endpoints);
      return id === 'html' ? `${text}${reportTextOf(text)}` : text;
    }),
  );
  return texts.join('\n');
}

const kernelIn = (report: Report): KernelEvidence | undefined => {
  const evidence = report.endpoints[0]?.observations[0]?.evidence;
  return evidence?.kind === undefined ? undefined : evidence.kernel;
};

const icmp = (from: string, sender: IcmpError['sender']): KernelEvidence => ({
  syns: [0],
  icmp: {
    version: from.includes(':') ? 6 : 4,
    type: from.includes(':') ? 1 : 3,
    code: from.includes(':') ? 4 : 3,
    from,
    sender,
  },
});

describe('a private address of a device on the way', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.10.1',
    'fd12:3456::1',
    'fe80::1',
  ])('%s is in no form of a redacted report, and in the whole one', async (address) => {
    const whole = reportOn(
      { syns: [0], trace: trace([address, '93.184.216.1', undefined], 1) },
      'tcp.filtered',
    );
    expect(await everythingOf(whole)).toContain(address);
    const clean = redact(whole);
    expect(Report.parse(clean)).toEqual(clean);
    expect(await everythingOf(clean)).not.toContain(address);
    expect(clean.endpoints[0]?.summary).toContain('on the way there is a private hop (hop 1)');
  });

  it('leaves order, numbers, times and public devices as they are', () => {
    const froms = ['10.0.0.1', '10.0.0.12', undefined, '93.184.216.1', '172.32.0.1', '100.128.0.1'];
    const clean = redact(
      reportOn({ syns: [0], trace: trace(froms), traceBeside: trace(froms.slice(0, 2)) }, 'tcp.filtered'),
    );
    expect(kernelIn(clean)?.trace?.hops).toEqual([
      hop(1, 'private hop'),
      hop(2, 'private hop'),
      hop(3),
      hop(4, '93.184.216.1'),
      hop(5, '172.32.0.1'),
      hop(6, '100.128.0.1'),
    ]);
    expect(kernelIn(clean)?.traceBeside?.hops).toEqual([hop(1, 'private hop'), hop(2, 'private hop')]);
    const evidence = clean.endpoints[0]?.observations[0]?.evidence;
    expect(evidence && factsOf(evidence).map(({ value }) => value)).toContain(
      '1 private hop (1 ms) → 2 private hop (2 ms) → 3 no answer → 4 93.184.216.1 (4 ms) → 5 172.32.0.1 (5 ms) → 6 100.128.0.1 (6 ms)',
    );
  });

  it.each([
    ['10.0.0.1', 'other', 'tcp.refused', /^a private hop, which is not the host itself, answered/],
    ['fd00:1::1', 'other', 'tcp.refused', /^a private hop, which is not the host itself, answered/],
    ['192.168.1.5', 'self', 'tcp.refused', /sent from its own private address\)/],
  ] as const)('%s is not told as the sender of a refusal (%s)', async (from, sender, cause, says) => {
    const whole = reportOn(icmp(from, sender), cause);
    expect(whole.endpoints[0]?.summary).toContain(from);
    const clean = redact(whole);
    expect(clean.endpoints[0]?.summary).toMatch(says);
    expect(JSON.stringify(clean)).not.toContain(from);
    expect(kernelIn(clean)?.icmp).toMatchObject({ from: 'private hop', sender });
  });

  it('is not found within a longer address, and before a port', () => {
    const whole = reportOn({ syns: [0], trace: trace(['10.0.0.1', 'fd00::1']) }, 'tcp.filtered');
    const [endpoint] = whole.endpoints;
    if (endpoint === undefined) throw new Error('no endpoint');
    const summary = '10.0.0.1:443, 10.0.0.12, 110.0.0.1, 10.0.0.1.2; fd00::1: fd00::1:2, fd00::12. 10.0.0.1.';
    const clean = redact({ ...whole, endpoints: [{ ...endpoint, summary }] });
    expect(clean.endpoints[0]?.summary).toBe(
      'a private hop:443, 10.0.0.12, 110.0.0.1, 10.0.0.1.2; a private hop: fd00::1:2, fd00::12. a private hop.',
    );
  });

  it('stays where it is the address that was checked, and where nothing private is on the way', () => {
    const own = reportOn({ syns: [0], trace: trace(['10.0.0.1', '10.9.9.9']) }, 'tcp.filtered', '10.9.9.9');
    expect(kernelIn(redact(own))?.trace?.hops).toEqual([hop(1, 'private hop'), hop(2, '10.9.9.9')]);
    const open = reportOn({ syns: [0], trace: trace(['93.184.216.1', '203.0.113.9'], 2) }, 'tcp.filtered');
    expect(redact(open).endpoints).toEqual(open.endpoints);
  });
});
