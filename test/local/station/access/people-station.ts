/** A station's server with its people, on a clock of the test's own, and browsers that visit it. */
import { onTestFinished } from 'vitest';
import { cookieNames } from '../../../../lib/local/station/access/cookies.ts';
import { invite } from '../../../../lib/local/station/access/manage-people.ts';
import { type StationServer, startServer } from '../../../../lib/local/station/http/server.ts';
import type { IssuerFlow, IssuerFlowPorts } from '../../../../lib/local/station/issuer/flow.ts';
import { type Access, createAccess, peopleDoor } from '../../../../lib/local/station/people.ts';
import { type AddressRanges, addressRanges } from '../../../../lib/net/address-ranges.ts';
import { answered } from '../../../../lib/service/api/handler.ts';
import { contracts } from '../../../../lib/service/api/operations.ts';
import { memoryTelemetry } from '../../../service/runs/ports.ts';
import { newDatabase } from '../database.ts';

/** Passwords cost some tenths of a second each, which tests have no use for. */
const CHEAP = { N: 16, r: 1, p: 1 };

interface PeopleStationOptions {
  readonly issuer?: (ports: Pick<IssuerFlowPorts, 'publicUrl' | 'now'>) => IssuerFlow;
}

export interface PeopleStation {
  readonly url: string;
  readonly access: Access;
  readonly telemetry: ReturnType<typeof memoryTelemetry>;
  /** Ms to add to the clock. */
  pass(ms: number): void;
  browser(): Browser;
}

export async function peopleStation({ issuer }: PeopleStationOptions = {}): Promise<PeopleStation> {
  const start = Date.parse('2026-11-30T12:00:00Z');
  let at = start;
  const access = createAccess(await newDatabase(), () => at);
  const telemetry = memoryTelemetry();
  let publicUrl = '';
  const flow = issuer?.({ publicUrl: () => publicUrl, now: () => at });
  let names = cookieNames('http://127.0.0.1:1');
  const server: StationServer = await startServer(
    { address: '127.0.0.1', port: 0 },
    {
      // Without schemas, so that nothing but the door decides.
      routes: contracts.map(({ params: _, query: __, body: ___, ...contract }) => ({
        contract,
        handle: async ({ caller }) => answered({ by: caller.arn }),
      })),
      tokenOwner: (token) => access.tokens.find(token),
      people: peopleDoor(access, {
        names: () => names,
        telemetry,
        elapsed: () => at - start,
        cost: CHEAP,
        issuer: flow,
      }),
      trouble: () => undefined,
      proxies: ownProxy(),
      telemetry,
    },
  );
  publicUrl = server.url;
  names = cookieNames(server.url);
  access.address.set(server.url);
  onTestFinished(() => server.close());
  return {
    url: server.url,
    access,
    telemetry,
    pass(ms) {
      at += ms;
    },
    browser: () => createBrowser(server.url),
  };
}

/** This machine may say for whom it asks, so that a test can be any client. */
function ownProxy(): AddressRanges {
  const read = addressRanges(['127.0.0.1']);
  if ('wrong' in read) throw new Error(read.wrong);
  return read.ranges;
}

export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly location: string | null;
}

export interface Browser {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Fills in a form of a page and sends it, as a browser does. */
  submit(
    path: string,
    action: string,
    fields?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Seen>;
  /** An operation of the API, as a page of the station asks for it. */
  api(method: string, path: string, body?: unknown): Promise<Seen & { readonly json: unknown }>;
  /** Sends what it likes. */
  send(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Seen>;
}

function createBrowser(url: string): Browser {
  const cookies = new Map<string, string>();
  const send: Browser['send'] = async (method, path, headers, body) => {
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'user-agent': 'Test <b>1</b>',
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return {
      status: response.status,
      text: await response.text(),
      headers: response.headers,
      location: response.headers.get('location'),
    };
  };
  const get: Browser['get'] = (path, headers = {}) => send('GET', path, headers);
  return {
    cookies,
    send,
    async api(method, path, body) {
      const type = body === undefined ? undefined : { 'content-type': 'application/json' };
      const seen = await send(
        method,
        path,
        { 'sec-fetch-site': 'same-origin', ...type },
        body === undefined ? undefined : JSON.stringify(body),
      );
      return { ...seen, json: seen.text === '' ? undefined : JSON.parse(seen.text) };
    },
    get,
    async submit(path, action, fields = {}, headers = {}) {
      const shown = await get(path);
      const hidden = hiddenFields(shown.text, action);
      if (hidden === undefined)
        throw new Error(`no form ${action} on ${path}: ${shown.status} ${shown.text}`);
      return send(
        'POST',
        action,
        { ...FORM_HEADERS(url), ...headers },
        new URLSearchParams({ ...hidden, ...fields }).toString(),
      );
    },
  };
}

export const FORM_HEADERS = (url: string) => ({
  origin: new URL(url).origin,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
});

/** Of the first form with this action. */
export function hiddenFields(text: string, action: string): Record<string, string> | undefined {
  const form = text.split('<form ').find((part) => part.includes(`action="${action}"`));
  if (form === undefined) return undefined;
  const inputs = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}

/** The path of an address. */
export const pathOf = (url: string | undefined): string => new URL(url ?? '').pathname;

/** Signs in by a link of the owner. */
export async function signedIn(
  station: PeopleStation,
  role: 'operator' | 'support' | 'reader' = 'operator',
): Promise<Browser> {
  const browser = station.browser();
  const path = pathOf(station.access.ownerLink(role));
  await browser.submit(path, path);
  return browser;
}

export const PASSWORD = 'correct horse battery staple';

/** A person who has accepted an invitation, in the browser in which they did. */
export async function joined(
  station: PeopleStation,
  name: string,
  role: 'operator' | 'support' | 'reader' = 'support',
): Promise<Browser> {
  const made = invite(station.access, { name, role, days: 3, by: 'the data folder' });
  if (typeof made === 'string') throw new Error(made);
  const browser = station.browser();
  const path = pathOf(made.url);
  const answer = await browser.submit(path, path, { password: PASSWORD, again: PASSWORD });
  if (answer.status !== 303) throw new Error(answer.text);
  return browser;
}
