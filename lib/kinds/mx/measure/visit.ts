/** Sessions with the servers of a mail route, one at a time with each address. */
import type { X509Certificate } from 'node:crypto';
import type { ExchangeLine } from '../../../model/observed.ts';
import type { ProbeSpec } from '../../../model/plan.ts';
import type { Family } from '../../../model/vocabulary.ts';
import { roundMs } from '../../../net/clock.ts';
import { describeDial } from '../../../net/dial.ts';
import { createExchange } from '../../../net/exchange.ts';
import { addressScope } from '../../../net/guard.ts';
import { isIP } from '../../../net/ip.ts';
import { printable } from '../../../net/printable.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import { smtpSession } from '../../smtp/measure/session.ts';
import { createCutoff } from '../../smtp/measure/wire.ts';
import { CONNECT_MS } from '../../smtp/probe.ts';
import type { MxExchange, MxVisit } from '../observation.ts';
import type { FoundExchange } from './exchanges.ts';
import { fitsTlsa, keyDigest, type TlsaLookUp, tlsaOf } from './tlsa.ts';

/** Sessions of one probe; addresses beyond are named and not visited. */
const MAX_VISITS = 16;
/** PTR names that are kept. */
const MAX_PTR = 10;

export interface VisitedExchange {
  readonly facts: MxExchange;
  readonly lines: readonly ExchangeLine[];
}

export interface MailVisitor {
  /** Never rejects for what a server or DNS does. */
  visit(found: FoundExchange): Promise<VisitedExchange>;
}

/** @param left milliseconds that the whole probe has left */
export function createVisitor(spec: ProbeSpec, context: ProbeContext, left: () => number): MailVisitor {
  // A session whose time other sessions used up would look like a silent server.
  const sessionMs = spec.timeoutMs / 2;
  const families = spec.family === undefined ? context.families : [spec.family];
  let places = MAX_VISITS;

  return {
    async visit(found) {
      const exchange = createExchange(context.clock);
      const wanted = found.addresses
        .map((address) => ({ address, family: isIP(address) === 6 ? (6 as const) : (4 as const) }))
        .filter(({ family }) => families === undefined || families.includes(family))
        .slice(0, places);
      places -= wanted.length;
      const tlsa = found.literal === true ? undefined : tlsaOf(found.exchange, context.resolver);
      const visits: MxVisit[] = [];
      for (const { address, family } of wanted) {
        const giveBack = await context.visit?.({ kind: spec.kind, address });
        try {
          visits.push(
            left() < sessionMs
              ? { address, family, connect: { status: 'deadline' }, timings: { total: 0 } }
              : await session({ ...spec, kind: 'smtp', host: found.exchange, address, family }, tlsa),
          );
        } finally {
          giveBack?.();
        }
      }
      const told = await tlsa;
      const facts: MxExchange = { ...found, visits };
      if (told !== undefined) facts.tlsa = told.facts;
      return { facts, lines: exchange.lines };

      async function session(
        of: ProbeSpec & { readonly family: Family },
        records: TlsaLookUp | undefined,
      ): Promise<MxVisit> {
        const { clock, deadline } = context;
        const begin = clock.monotonic();
        const { assertions: _, ...plain } = of;
        const { address, family, port } = of;
        const cutoff = createCutoff(sessionMs, begin, clock, deadline);
        const names = namesOf(address, context);
        const timeoutMs = Math.min(sessionMs, CONNECT_MS);
        const dialled = await context.dial(address, port, { timeoutMs, noDelay: false });
        exchange.event(`${found.exchange}: ${describeDial(address, port, dialled)}`);
        const total = () => roundMs(clock.monotonic() - begin);
        if (!dialled.ok) {
          cutoff.clear();
          return {
            address,
            family,
            connect: dialled.result,
            timings: { connect: dialled.ms, total: total() },
          };
        }
        let chain: readonly X509Certificate[] | undefined;
        const { smtp, firstByteMs, tlsMs } = await smtpSession(dialled.socket, true, {
          spec: { ...plain, timeoutMs: sessionMs },
          context,
          cutoff,
          exchange,
          onChain: (sent) => {
            chain = sent;
          },
        });
        cutoff.clear();
        const timings: MxVisit['timings'] = { connect: dialled.ms, total: total() };
        if (firstByteMs !== undefined) timings.firstByte = firstByteMs;
        if (tlsMs !== undefined) timings.tls = tlsMs;
        const visit: MxVisit = { address, family, connect: { status: 'connected' }, smtp, timings };
        const ptr = await names;
        if (ptr !== undefined) smtp.ptr = ptr;
        const wantedRecords = (await records)?.whole;
        const sent = chain;
        if (wantedRecords !== undefined && sent !== undefined) {
          visit.fitsTlsa = wantedRecords.map((record) => fitsTlsa(record, sent));
          const digest = keyDigest(sent);
          if (digest !== undefined) visit.keyDigest = digest;
        }
        return visit;
      }
    },
  };
}

/** The names that DNS gives a public address; a private one is not asked about, as that would reveal it. */
async function namesOf(address: string, { resolver }: ProbeContext): Promise<string[] | undefined> {
  if (addressScope(address) !== 'public') return undefined;
  const { code, records, doubted } = await resolver.ask(address, 'PTR');
  if (doubted === true || (code !== 'NOERROR' && code !== 'NXDOMAIN' && code !== 'NODATA')) return undefined;
  return records.slice(0, MAX_PTR).map((name) => printable(name, 255));
}
