/**
 * The routes of site vantages, the same in both homes: a machine joins with a code, and then asks for its work with its own
 * key. Nothing here takes a token of a person, or credentials of AWS.
 */
import { timingSafeEqual } from 'node:crypto';
import { isoTime } from '../../net/clock.ts';
import { problemAnswer, resultAnswer } from '../api/answer.ts';
import { type Answer, answered, refused } from '../api/handler.ts';
import type { ApiAnswer, HttpEvent } from '../api/http-event.ts';
import { readParts, readPath } from '../api/read-request.ts';
import { findRoute } from '../api/route.ts';
import { type SiteOrders, siteContracts } from '../contracts/site.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { EarlyResults } from '../runs/early-results.ts';
import { isFailure } from '../runs/failure.ts';
import { ProbeBatch } from '../runs/messages.ts';
import { openPayload } from '../runs/payload.ts';
import { PAYLOAD_VERSION } from '../runs/payload-version.ts';
import { hashOf } from '../state/share-token.ts';
import { CLOCK_MS, enrol, findSite, type KnownSite, noteHeard, takeNonce } from '../state/site-vantages.ts';
import { takeAnswer, takeTold } from './answer.ts';
import { bodyDigest, isSignedBy, readSignedHead } from './signature.ts';
import type { SiteWaiting } from './waiting.ts';
import { findWork, openWork, removeWork, type SiteWork } from './work.ts';

export interface SiteApiPorts {
  readonly items: Pick<ItemStore, 'get' | 'put' | 'query' | 'remove'>;
  readonly store: RunStore;
  readonly early: Pick<EarlyResults, 'put'>;
  readonly waiting: SiteWaiting;
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
  /** What a vantage waits between two questions. */
  readonly againSeconds: number;
  /** Milliseconds between two times that a vantage tells what it has seen of this work; `undefined`: nobody looks on. */
  readonly tellEveryMs: (work: SiteWork) => number | undefined;
  /** Keeps a question until there may be something to say. Absent: each is answered at once. */
  readonly hold?: (name: string) => Promise<void>;
}

/** A request without its body, as it came. */
export interface SiteHead {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface SiteApi {
  isOwn(path: string): boolean;
  /** Undefined: the request may go on to its body. Nothing is written. */
  refuseHead(head: SiteHead): Promise<ApiAnswer | undefined>;
  answer(event: HttpEvent): Promise<ApiAnswer>;
}

/** Pieces of work that are handed out at a time. */
const MAX_WORK = 4;

type Proven =
  | { readonly ok: true; readonly site: KnownSite; readonly nonce: string; readonly digest: string }
  | ReturnType<typeof refused>;

/** The same for a vantage that never was, one that was removed, and a signature of another key. */
const UNKNOWN = refused(
  'unauthenticated',
  'this vantage is not known here, or not any more: an operator makes a new code with inbound-check vantage add',
);
const NO_CODE = refused(
  'forbidden',
  'this code is not good, was used or is too old: an operator makes a new one with inbound-check vantage add',
);

const routes = Object.values(siteContracts).map((contract) => ({
  contract,
  handle: async () => answered(undefined),
}));

/** Rejects for nothing but bugs. */
export function createSiteApi(ports: SiteApiPorts): SiteApi {
  const { items, telemetry, now } = ports;

  const prove = async ({ method, path, authorization }: SiteHead): Promise<Proven> => {
    const head = readSignedHead(authorization);
    if (head === undefined) return UNKNOWN;
    const site = await findSite(items, head.name);
    const key = site?.enrolment?.publicKey;
    if (site === undefined || key === undefined || !isSignedBy(key, { method, path }, head)) return UNKNOWN;
    const apart = head.time - now();
    if (Math.abs(apart) > CLOCK_MS)
      return refused(
        'clock-apart',
        `the clock of this vantage is ${Math.round(Math.abs(apart) / 1_000)} s ${apart > 0 ? 'ahead of' : 'behind'} the one here (${isoTime(now())}): set it right, as what it sees of certificates depends on it`,
      );
    return { ok: true, site, nonce: head.nonce, digest: head.digest };
  };

  const answerTo = async (event: HttpEvent): Promise<{ answer: Answer<unknown>; at?: Contracts }> => {
    const { method, sourceIp } = event.requestContext.http;
    const path = readPath(event.rawPath);
    const found = path.ok ? findRoute(routes, method, path.value) : { allowed: [] };
    if (!('route' in found)) return { answer: refused('not-found', 'there is nothing here') };
    const contract = found.route.contract as Contracts;
    const head = { method, path: event.rawPath, authorization: event.headers.authorization };
    const proven = contract.caller === 'vantage' ? await prove(head) : undefined;
    if (proven?.ok === false) return { answer: proven };
    if (proven !== undefined && bodyDigest(textOf(event)) !== proven.digest) return { answer: UNKNOWN };
    const parts = readParts(contract, found.params, { ...event, rawQueryString: '' });
    if (!parts.ok) return { answer: parts };
    if (proven === undefined) return { at: contract, answer: await join(ports, parts.value.body) };
    const { site } = proven;
    if (!(await takeNonce(items, site.record.name, proven.nonce, now())))
      return { answer: refused('conflict', 'this request came before: sign each anew') };
    await noteHeard(items, site, { now: now(), from: sourceIp });
    const { body, params } = parts.value;
    const id = (params as { id?: string } | undefined)?.id ?? '';
    switch (contract.id) {
      case 'pollSite':
        return { at: contract, answer: await poll(ports, site, body as PollBody) };
      case 'tellSite':
        return { at: contract, answer: await listen(ports, site, id, body as ToldBody) };
      case 'answerSite':
        return {
          at: contract,
          answer: await take(ports, site, id, body as Parameters<typeof takeAnswer>[1]),
        };
      case 'joinSite':
        return { answer: UNKNOWN };
      default:
        contract satisfies never;
        return { answer: UNKNOWN };
    }
  };

  return {
    isOwn: (path) => path.startsWith('/site/'),
    async refuseHead(head) {
      if (head.path === siteContracts.joinSite.path) return undefined;
      const proven = await prove(head);
      return proven.ok ? undefined : problemAnswer(proven.problem);
    },
    async answer(event) {
      try {
        const { answer, at } = await answerTo(event);
        if (!answer.ok) {
          telemetry.info('vantage refused', { problem: answer.problem.type });
          return problemAnswer(answer.problem);
        }
        return resultAnswer(at ?? siteContracts.pollSite, answer, event.headers['accept-encoding'] ?? '');
      } catch (error) {
        telemetry.error('a question of a vantage failed', { reason: String(error) });
        telemetry.metric('SiteFaults', 1, 'Count');
        if (isFailure(error, 'StoreFailed'))
          return problemAnswer(refused('unavailable', 'try again in a moment').problem);
        return problemAnswer(refused('internal', 'this is our fault; the log has it').problem);
      }
    },
  };
}

type Contracts = (typeof siteContracts)[keyof typeof siteContracts];

const textOf = ({ body = '', isBase64Encoded }: HttpEvent): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;

interface JoinBody {
  readonly name: string;
  readonly code: string;
  readonly publicKey: string;
}

async function join({ items, now, telemetry }: SiteApiPorts, given: unknown): Promise<Answer<unknown>> {
  const { name, code, publicKey } = given as JoinBody;
  const { record } = (await findSite(items, name)) ?? {};
  const hash = hashOf(code);
  if (record?.code === undefined || !isSame(record.code, hash)) return NO_CODE;
  if (record.codeUntil === undefined || Date.parse(record.codeUntil) < now()) return NO_CODE;
  if (!(await enrol(items, name, { code: hash, publicKey, at: isoTime(now()) }))) return NO_CODE;
  telemetry.info('vantage joined', { vantage: name });
  return answered({ name, position: record.position });
}

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

interface PollBody {
  readonly working: readonly string[];
  readonly look?: true;
}

async function poll(
  ports: SiteApiPorts,
  site: KnownSite,
  { working, look }: PollBody,
): Promise<Answer<SiteOrders>> {
  const { name, position } = site.record;
  const orders = async (): Promise<SiteOrders> => {
    const { items, againSeconds, now } = ports;
    const open = look ? [] : await stillWanted(ports, await openWork(items, name, now()));
    const isOpen = (id: string): boolean => open.some((one) => one.id === id);
    const given = open.filter(({ id }) => !working.includes(id)).slice(0, MAX_WORK);
    return {
      position,
      againSeconds,
      work: await Promise.all(given.map((one) => ordered(one, ports))),
      end: look ? [] : working.filter((id) => !isOpen(id)),
    };
  };
  const now = await orders();
  if (look || ports.hold === undefined || now.work.length > 0 || now.end.length > 0) return answered(now);
  await ports.hold(name);
  // It may have been removed while it waited.
  const still = await findSite(ports.items, name);
  if (still?.enrolment?.publicKey !== site.enrolment?.publicKey) return UNKNOWN;
  return answered(await orders());
}

/** Work that somebody waits for; none while everything is stopped. */
async function stillWanted({ stop, waiting }: SiteApiPorts, open: SiteWork[]): Promise<SiteWork[]> {
  if (open.length === 0 || (await stop.read()) !== undefined) return [];
  const alive = await Promise.all(open.map((one) => waiting.alive(one)));
  return open.filter((_, index) => alive[index]);
}

async function ordered(
  work: SiteWork,
  { store, now, tellEveryMs }: SiteApiPorts,
): Promise<SiteOrders['work'][number]> {
  const { id, dispatch, endsAt } = work;
  const batch = await openPayload(dispatch.batch, ProbeBatch, store);
  const budgetMs = Math.max(1, Math.min(dispatch.deadlineMs, endsAt - now()));
  const reflectors = dispatch.reflectors && { reflectors: dispatch.reflectors };
  const every = tellEveryMs(work);
  return {
    id,
    budgetMs,
    ...(every !== undefined && { tellEveryMs: every }),
    batch: { ...batch, version: PAYLOAD_VERSION, ...reflectors },
  };
}

/** The work, while somebody waits for it; what waited may have ended without taking its work back. */
async function wantedWork(
  { items, waiting, now }: SiteApiPorts,
  name: string,
  id: string,
): Promise<SiteWork | undefined> {
  const work = await findWork(items, name, id);
  if (work === undefined) return undefined;
  if (work.endsAt >= now() && (await waiting.alive(work))) return work;
  await removeWork(items, name, id);
  return undefined;
}

const UNWANTED = refused('not-found', 'nobody waits for this answer, or not any more', 'params.id');

interface ToldBody {
  readonly answer: unknown;
}

async function listen(
  ports: SiteApiPorts,
  { record: { name } }: KnownSite,
  id: string,
  { answer }: ToldBody,
): Promise<Answer<undefined>> {
  const work = await wantedWork(ports, name, id);
  if (work === undefined) return UNWANTED;
  const wrong = await takeTold(work, answer, ports);
  return wrong === undefined ? answered(undefined) : refused('bad-request', wrong, 'body.answer');
}

async function take(
  ports: SiteApiPorts,
  { record: { name } }: KnownSite,
  id: string,
  body: Parameters<typeof takeAnswer>[1],
): Promise<Answer<undefined>> {
  const { items, telemetry } = ports;
  const work = await wantedWork(ports, name, id);
  if (work === undefined) return UNWANTED;
  const wrong = await takeAnswer(work, body, ports);
  await removeWork(items, name, id);
  telemetry.info('vantage answered', {
    vantage: name,
    runId: work.dispatch.runId,
    taken: wrong === undefined,
  });
  return wrong === undefined ? answered(undefined) : refused('bad-request', wrong, 'body.answer');
}
