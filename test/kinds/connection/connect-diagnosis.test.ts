import { describe, expect, it } from 'vitest';
import { diagnoseConnect, silentOrReset } from '../../../lib/kinds/connection/connect-diagnosis.ts';
import type { DiagnosisContext } from '../../../lib/kinds/contract/diagnosis.ts';
import type { ConnectResult } from '../../../lib/model/observed.ts';
import type { ControlResult, VantageFacts } from '../../../lib/model/plan.ts';
import type { CauseCode, Family, State } from '../../../lib/model/vocabulary.ts';
import { NO_SUCH_FAMILY } from '../../../lib/net/family-dial.ts';
import { testVantage } from '../../servers/probe-context.ts';

function context(vantage: Partial<VantageFacts> = {}): DiagnosisContext {
  return {
    endpoint: {
      id: 'https://www.example.com:443/',
      target: 'www.example.com',
      kind: 'https',
      host: 'www.example.com',
      port: 443,
      expect: 'open',
      level: 'required',
    },
    vantage: testVantage(vantage),
    now: 0,
  };
}
const seen = (over: { host?: string; address?: string; family?: Family } = {}) => ({
  host: 'www.example.com',
  address: '93.184.216.34',
  family: 4 as Family,
  port: 443,
  timings: { connect: 12.3, total: 5_000 },
  ...over,
});
const control = (over: Partial<ControlResult> = {}): ControlResult => ({
  port: 443,
  family: 4,
  target: 'control.example:443',
  ok: true,
  detail: 'connected',
  at: '',
  ...over,
});
const v6 = { address: '2606:2800:220:1::1', family: 6 as Family };

describe('the first rung: connect', () => {
  it('says nothing about a connect that succeeded', () => {
    expect(diagnoseConnect({ status: 'connected' }, seen(), context())).toBeUndefined();
  });

  it.each<[string, ConnectResult, State, CauseCode]>([
    ['a RST', { status: 'refused', code: 'ECONNREFUSED' }, 'closed', 'tcp.refused'],
    [
      'an ICMP unreachable',
      { status: 'unreachable', code: 'EHOSTUNREACH', local: false },
      'closed',
      'tcp.unreachable',
    ],
    [
      'an ICMPv6 prohibition',
      { status: 'unreachable', code: 'EACCES', local: false },
      'closed',
      'tcp.unreachable',
    ],
    ['a reset at once', { status: 'reset', code: 'ECONNRESET' }, 'broken', 'tcp.accepts-then-resets'],
    ['silence without a control', { status: 'timeout' }, 'inconclusive', 'prober.no-control'],
    [
      'no sockets left',
      { status: 'unreachable', code: 'EMFILE', local: true },
      'inconclusive',
      'prober.unavailable',
    ],
    [
      'no IPv4 route',
      { status: 'unreachable', code: 'ENETUNREACH', local: true },
      'inconclusive',
      'prober.unavailable',
    ],
    ['the end of the run', { status: 'deadline' }, 'inconclusive', 'prober.deadline'],
  ])('reads %s', (_name, connect, state, cause) => {
    const found = diagnoseConnect(connect, seen(), context());
    expect(found).toMatchObject({ state, faults: [{ cause }] });
    expect(found?.summary).toContain('www.example.com (93.184.216.34) port 443');
  });

  it.each<[string, ControlResult[], State, CauseCode]>([
    ['works', [control()], 'filtered', 'tcp.filtered'],
    ['fails', [control({ ok: false, detail: 'no answer' })], 'inconclusive', 'prober.egress-blocked'],
    ['works beside one that fails', [control({ ok: false }), control()], 'filtered', 'tcp.filtered'],
    ['is for another port', [control({ port: 25 })], 'inconclusive', 'prober.no-control'],
    ['is for the other family', [control({ family: 6 })], 'inconclusive', 'prober.no-control'],
    ['is for UDP', [control({ transport: 'udp' })], 'inconclusive', 'prober.no-control'],
  ])('judges silence when the control %s', (_name, controls, state, cause) => {
    const found = diagnoseConnect({ status: 'timeout' }, seen(), context({ controls }));
    expect(found).toMatchObject({ state, faults: [{ cause }] });
  });

  it.each<[string, ConnectResult, Family[]]>([
    ['no route', { status: 'unreachable', code: 'ENETUNREACH', local: true }, [4, 6]],
    ['no address', { status: 'unreachable', code: 'EADDRNOTAVAIL', local: true }, [4, 6]],
    ['no family', { status: 'unreachable', code: 'EAFNOSUPPORT', local: true }, [4, 6]],
    ['a vantage known to have none', { status: 'timeout' }, [4]],
    ['not dialled for that', { status: 'unreachable', code: NO_SUCH_FAMILY, local: true }, [4]],
  ])('blames missing IPv6 of our own on nobody: %s', (_name, connect, families) => {
    expect(diagnoseConnect(connect, seen(v6), context({ families }))).toMatchObject({
      state: 'inconclusive',
      faults: [{ cause: 'prober.no-ipv6', side: 'prober' }],
    });
  });

  it('blames an ICMPv6 unreachable from afar on the target', () => {
    const connect: ConnectResult = { status: 'unreachable', code: 'ENETUNREACH', local: false };
    expect(diagnoseConnect(connect, seen(v6), context())).toMatchObject({
      state: 'closed',
      faults: [{ cause: 'tcp.unreachable' }],
    });
  });

  it.each<[string, string, State, CauseCode]>([
    ['www.example.com', '10.0.0.5', 'broken', 'dns.private-address'],
    ['www.example.com', '169.254.169.254', 'broken', 'dns.private-address'],
    ['10.0.0.5', '10.0.0.5', 'inconclusive', 'prober.address-refused'],
    ['localhost', '127.0.0.1', 'inconclusive', 'prober.address-refused'],
    ['app.localhost', '127.0.0.1', 'inconclusive', 'prober.address-refused'],
  ])('says who led %s to the refused address %s', (host, address, state, cause) => {
    const connect: ConnectResult = { status: 'refused-by-guard', range: 'private (RFC 1918)' };
    const found = diagnoseConnect(connect, seen({ host, address }), context());
    expect(found).toMatchObject({ state, faults: [{ cause }] });
    expect(found?.summary).toMatch(/private \(RFC 1918\).*no packet was sent|No packet was sent/i);
  });

  it.each(['silent', 'fin', 'reset', 'reset-at-once'] as const)(
    'blames our own network for %s when its negative control connects',
    (how) => {
      const negative = { address: '240.0.0.1', port: 443, clean: false, detail: 'connected', at: '' };
      expect(silentOrReset(how, seen(), context({ negative }))).toMatchObject({
        state: 'inconclusive',
        faults: [{ cause: 'prober.network-answers-for-all' }],
      });
      const clean = { ...negative, clean: true };
      expect(silentOrReset(how, seen(), context({ negative: clean }))).toMatchObject({ state: 'broken' });
    },
  );
});
