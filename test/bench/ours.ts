/** The exchanges by our probes alone, and by the whole engine: plan, probe, diagnosis, verdict, a line of JSON. */
import { createLocalContext } from '../../lib/engine/context.ts';
import { runCheck } from '../../lib/engine/run/run.ts';
import type { ProbeContext } from '../../lib/kinds/contract/probe.ts';
import { descriptorOf } from '../../lib/kinds/descriptors.ts';
import { probes } from '../../lib/kinds/probes.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { ProbeSpec } from '../../lib/model/plan.ts';
import { RunSettings } from '../../lib/model/request.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { jsonl } from '../../lib/report/jsonl.ts';
import { ADDRESSES, type ExchangeId, type Exchanges, type Round, type Site } from './exchange.ts';

const KINDS: Readonly<Record<ExchangeId, Kind>> = {
  tcp: 'tcp',
  tls: 'tls',
  'tls-chain': 'tls',
  https: 'https',
  'https-chain': 'https',
  'https-h2': 'https',
  smtp: 'smtp',
  'smtp-starttls': 'smtp',
};

/** The old-protocol test is left out: it makes connections of its own, which nothing else here makes. */
function settingsFor(site: Site, concurrency: number): RunSettings {
  const pins = Object.values(site.ports).map((port) => ({ host: site.host, port, address: ADDRESSES.check }));
  return RunSettings.parse({
    allowPrivate: true,
    oldProtocols: false,
    trustAnchors: [site.root],
    resolve: pins,
    concurrency,
    ehloName: 'prober.example.net',
  });
}

function contextFor(settings: RunSettings): ProbeContext {
  return createLocalContext(settings, new AbortController().signal);
}

/** One probe each: an observation with all its evidence. */
export function probeExchanges(site: Site): Exchanges {
  const context = contextFor(settingsFor(site, 1));
  const specFor = (exchange: ExchangeId): ProbeSpec => ({
    endpointId: `${KINDS[exchange]}://${site.host}:${site.ports[exchange]}`,
    kind: KINDS[exchange],
    host: site.host,
    port: site.ports[exchange],
    address: ADDRESSES.probe,
    family: 4,
    timeoutMs: descriptorOf(KINDS[exchange]).timeoutMs,
    expect: 'open',
  });
  const tcp = (spec: ProbeSpec) => async (): Promise<boolean> =>
    ((await probes.tcp(spec, context)).read?.bytes ?? 0) > 0;
  const tls = (spec: ProbeSpec) => async (): Promise<boolean> => {
    const { tls: result } = await probes.tls(spec, context);
    return result?.trust?.status === 'anchored' && result.nameMatch?.ok === true;
  };
  const https = (spec: ProbeSpec, version: string) => async (): Promise<boolean> => {
    const { http } = await probes.https(spec, context);
    const hop = http?.hops[0];
    const trusted = hop?.tls?.trust?.status === 'anchored' && hop.tls.nameMatch?.ok === true;
    return trusted && hop.statusCode === 200 && hop.httpVersion === version && http?.title === 'Welcome';
  };
  const smtp = (spec: ProbeSpec, secure: boolean) => async (): Promise<boolean> => {
    const { smtp: session } = await probes.smtp(spec, context);
    return session?.lastPhase === 'quit' && (session.tls?.trust?.status === 'anchored') === secure;
  };
  return {
    tcp: tcp(specFor('tcp')),
    tls: tls(specFor('tls')),
    'tls-chain': tls(specFor('tls-chain')),
    https: https(specFor('https'), '1.1'),
    'https-chain': https(specFor('https-chain'), '1.1'),
    'https-h2': https(specFor('https-h2'), '2.0'),
    smtp: smtp(specFor('smtp'), false),
    'smtp-starttls': smtp(specFor('smtp-starttls'), true),
  };
}

/** One run over `count` endpoints, its report written as JSON lines; gives the number of failures. */
export async function checkRound(site: Site, { exchange, count, concurrency }: Round): Promise<number> {
  const kind = KINDS[exchange];
  const port = site.ports[exchange];
  const settings = settingsFor(site, concurrency);
  const reporter = jsonl.open({ width: 80, color: false, verbose: false });
  let passed = 0;
  let bytes = 0;
  function* endpoints(): Generator<Endpoint> {
    for (let index = 0; index < count; index += 1) {
      yield {
        id: `${kind}://${site.host}:${port}`,
        target: site.host,
        kind,
        host: site.host,
        port,
        expect: 'open',
        level: 'required',
      };
    }
  }
  await runCheck({
    id: 'bench',
    endpoints: endpoints(),
    settings,
    context: contextFor(settings),
    probes,
    vantage: { id: 'local', kind: 'local' },
    events: {
      endpoint: (report) => {
        bytes += reporter.endpoint(report).length;
        // A mail server without STARTTLS is worth a warning.
        if (report.verdict === 'pass' || report.verdict === 'warn') passed += 1;
      },
    },
  });
  if (bytes === 0) throw new Error('no report was written');
  return count - passed;
}
