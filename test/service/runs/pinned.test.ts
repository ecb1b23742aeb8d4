import { describe, expect, it } from 'vitest';
import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { namesFromPeer } from '../../../lib/kinds/names-from-peer.ts';
import { redact } from '../../../lib/report/redact.ts';
import { pinsUsed, withoutPlainPasses } from '../../../lib/service/runs/pinned.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';

const one = (verdict: EndpointReport['verdict']): EndpointReport => {
  const found = sampleFleetReport.endpoints.find((endpoint) => endpoint.verdict === verdict);
  if (found === undefined) throw new Error(`the sample has no ${verdict}`);
  return found;
};

describe('a pass that rests on a pin', () => {
  const pass = one('pass');
  const pin = { host: pass.host.toUpperCase(), port: pass.port, address: '192.0.2.1' };

  it('is a warning that says so, with what was seen', () => {
    const [told] = withoutPlainPasses([pass], { resolve: [pin] });
    expect(told).toMatchObject({ verdict: 'warn', cause: 'prober.name-pinned', side: 'prober' });
    expect(told?.summary).toContain(`${pass.host}:${pass.port} was pinned to`);
    expect(told?.summary).toContain(pass.summary);
    expect(told?.fix).toContain('without the pin');
    expect(told?.observations).toBe(pass.observations);
  });

  it.each([
    ['the target of its redirect', 'https', { http: { hops: [{ url: 'https://Other.example/a' }] } }, 443],
    ['a redirect to an address', 'http', { http: { hops: [{ url: 'http://[2001:db8::9]:8080/' }] } }, 8080],
    [
      'the exchange of its mail domain',
      'smtp',
      {
        smtp: {
          mx: {
            domain: 'd.example',
            records: [{ preference: 1, exchange: 'MX.example', addresses: ['192.0.2.1'] }],
          },
        },
      },
      25,
    ],
    [
      'a mail domain without MX',
      'smtp',
      { smtp: { mx: { domain: 'd.example', records: [], implicit: true, addresses: ['192.0.2.1'] } } },
      25,
    ],
  ] as const)('is a warning where %s was pinned', (_, kind, parts, port) => {
    const evidence = { kind, ...parts } as unknown as EndpointReport['observations'][number]['evidence'];
    const led = { ...pass, observations: pass.observations.map((seen) => ({ ...seen, evidence })) };
    const host = namesFromPeer(evidence)[0]?.host.toLowerCase() ?? '';
    const used = { host, port, address: '192.0.2.1' };
    const stranger = { ...used, host: `x.${host}` };
    expect(pinsUsed([led], { resolve: [stranger, used] })).toEqual([used]);
    // A pin of another port of the same name had no part in it.
    expect(pinsUsed([led], { resolve: [{ ...used, port: 587 }] })).toEqual([]);
    const [told] = withoutPlainPasses([led], { resolve: [stranger, used] });
    expect(told).toMatchObject({ verdict: 'warn', cause: 'prober.name-pinned', side: 'prober' });
    expect(told?.summary).toContain(`${host}:${port} was pinned to`);
    expect(withoutPlainPasses([led], { resolve: [stranger] })).toEqual([led]);
    // A report for people outside keeps the pin that it rests on.
    const line = { setting: 'resolve', text: 'pinned', host };
    expect(redact({ ...sampleFleetReport, endpoints: [led], measuredWith: [line] }).measuredWith).toEqual([
      line,
    ]);
  });

  it('stays a pass where the exchanges were not looked up', () => {
    const mx = { domain: 'd.example', records: [{ preference: 1, exchange: 'mx.example' }], addresses: [] };
    const evidence = {
      kind: 'smtp',
      smtp: { mx },
    } as unknown as EndpointReport['observations'][number]['evidence'];
    const led = { ...pass, observations: pass.observations.map((seen) => ({ ...seen, evidence })) };
    expect(withoutPlainPasses([led], { resolve: [{ ...pin, host: 'mx.example', port: 25 }] })).toEqual([led]);
  });

  it('stays a pass for another name, and for another port', () => {
    const others = [
      { ...pin, host: 'other.example' },
      { ...pin, port: pin.port + 1 },
    ];
    expect(withoutPlainPasses([pass], { resolve: others })).toEqual([pass]);
  });

  it.each(['fail', 'warn'] as const)('leaves a %s as it is', (verdict) => {
    const bad = one(verdict);
    expect(
      withoutPlainPasses([bad], { resolve: [{ host: bad.host, port: bad.port, address: '192.0.2.1' }] }),
    ).toEqual([bad]);
  });
});
