/** A name whose AAAA record names another server than its A record, by answers of real servers on loopback. */
import { describe, expect, it } from 'vitest';
import { judgeEndpoint } from '../../../lib/engine/verdict/endpoint.ts';
import type { JudgedObservation } from '../../../lib/engine/verdict/judged.ts';
import type { Assertions } from '../../../lib/model/endpoint.ts';
import { observeHttp, raw } from '../../kinds/http/scenario.ts';
import { endpoint, vantage } from './sample.ts';

interface Site {
  readonly status?: string;
  readonly server?: string;
  readonly title?: string;
}

const answer = ({ status = '200 OK', server = 'nginx/1.26.3', title = 'Shop' }: Site): string => {
  const body = `<title>${title}</title>`;
  return `HTTP/1.1 ${status}\r\nServer: ${server}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

/** The report on a name with these addresses, each answered as given. */
async function reportOn(sites: Readonly<Record<string, Site>>, assertions?: Assertions) {
  const judged: JudgedObservation[] = [];
  for (const [address, site] of Object.entries(sites)) {
    const { observation, finding } = await observeHttp(await raw(answer(site)), {
      ...(assertions && { assertions }),
    });
    const family = address.includes(':') ? 6 : 4;
    judged.push({ observation: { ...observation, address, family }, finding, vantage: 'local', attempt: 1 });
  }
  const report = judgeEndpoint(
    endpoint({ kind: 'http', port: 80, ...(assertions && { assertions }) }),
    judged,
    [vantage('local')],
  );
  return { report, causes: [report.cause, ...(report.alsoFound ?? [])] };
}

const FOUR = '203.0.113.10';
const SIX = '2001:db8::10';

describe('IPv4 and IPv6 of one name', () => {
  it.each<[what: string, six: Site, shows: string]>([
    ['other server software', { server: 'Apache/2.4.62' }, `${SIX} shows Server Apache.`],
    [
      'another title and status',
      { title: 'Old shop', status: '201 Created' },
      'status 201, title "Old shop"',
    ],
  ])('warns when they have %s', async (_, six, shows) => {
    const { report } = await reportOn({ [FOUR]: {}, [SIX]: six });
    expect(report).toMatchObject({ verdict: 'warn', cause: 'http.families-differ', side: 'dns' });
    expect(report.summary).toContain(shows);
  });

  it('warns for the path of a certificate authority, where both answer 404', async () => {
    const { causes } = await reportOn(
      {
        [FOUR]: { status: '404 Not Found', title: '404' },
        [SIX]: { status: '404 Not Found', title: '404', server: 'Apache' },
      },
      { acmePath: true },
    );
    expect(causes).toEqual(['http.families-differ']);
  });

  it.each<[what: string, sites: Readonly<Record<string, Site>>]>([
    ['are alike', { [FOUR]: {}, [SIX]: {} }],
    ['differ in version alone', { [FOUR]: {}, [SIX]: { server: 'nginx/1.18.0 (Ubuntu)' } }],
    ['differ in the title alone', { [FOUR]: {}, [SIX]: { title: 'Shop, 23 offers' } }],
    [
      'are a pool of several kinds of servers',
      {
        [FOUR]: {},
        '203.0.113.11': { server: 'Apache', title: 'x' },
        [SIX]: { server: 'Apache', title: 'x' },
      },
    ],
  ])('passes when they %s', async (_, sites) => {
    const { report } = await reportOn(sites);
    expect(report.verdict).toBe('pass');
  });

  it('says nothing of a server that turned this prober away', async () => {
    const { causes } = await reportOn({
      [FOUR]: {},
      [SIX]: { status: '429 Too Many Requests', server: 'edge' },
    });
    expect(causes).not.toContain('http.families-differ');
  });

  it('fails by what is wrong at one of them, and names the difference with it', async () => {
    const { report, causes } = await reportOn({
      [FOUR]: {},
      [SIX]: { status: '404 Not Found', server: 'Apache', title: 'Not Found' },
    });
    expect(report.verdict).toBe('fail');
    expect(causes).toEqual(['http.status-unexpected', 'http.families-differ']);
  });
});
