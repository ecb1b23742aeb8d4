import { describe, expect, it } from 'vitest';
import type { ListenerArrival, ListenerPort } from '../../../lib/kinds/listener/listener-log.ts';
import { spoken, wordsOf } from '../../../lib/kinds/listener/words.ts';
import { Arrivals, MAX_CHALLENGES, MAX_OTHERS } from '../../../lib/local/listen/arrivals.ts';
import { plainScreen, portLine, terminalScreen } from '../../../lib/local/listen/screen.ts';
import { beginLine, summaryLines } from '../../../lib/local/listen/summary.ts';

const nonce = '00112233445566778899aabbccddeeff';
const arrival = (more: Partial<ListenerArrival> = {}): ListenerArrival => ({
  what: 'challenge',
  at: '2026-11-30T10:14:03.120Z',
  port: 443,
  local: '10.0.3.4:443',
  remote: '198.51.100.9:50412',
  run: '0123456789abcdef',
  nonce,
  ...more,
});
const scan = arrival({ what: 'no-challenge', at: '2026-11-30T10:20:00.000Z', remote: '[2001:db8::7]:1025' });
const listening = (port: number): ListenerPort => ({ port, role: 'any', state: 'listening' });
const words = spoken(wordsOf(nonce));

/** The line of port 443 after some arrivals. */
function lineAfter(...all: ListenerArrival[]): string | undefined {
  const arrivals = new Arrivals([listening(443)]);
  for (const one of all) arrivals.add(one);
  return arrivals.ports().map((port) => portLine(port))[0];
}

describe('the line of a port', () => {
  it.each<[ListenerPort, string]>([
    [listening(443), '443 WAITING  nothing has arrived'],
    [
      { ...listening(443), state: 'taken', by: { program: 'nginx', pid: 812 } },
      '443 TAKEN by nginx (pid 812)',
    ],
    [{ ...listening(443), state: 'taken' }, '443 TAKEN by a program that this account can’t see'],
    [
      { ...listening(80), state: 'taken', by: { program: 'http.sys', pid: 4 } },
      '80 TAKEN by http.sys (pid 4), which IIS and others use: "listen --print iis" is the way there',
    ],
    [
      { ...listening(443), state: 'denied' },
      '443 NOT OPENED  this account may not open it; ports below 1024 need root or Administrator',
    ],
    [{ ...listening(443), state: 'unavailable', reason: 'EMFILE' }, '443 NOT OPENED  the system says EMFILE'],
  ])('%j', (opening, line) => {
    expect(portLine({ opening, proofs: 0, others: 0 })).toBe(line);
  });

  it.each<[ListenerArrival, string]>([
    [arrival(), `443 ARRIVED  10:14:03 from 198.51.100.9, read aloud: ${words}`],
    [
      arrival({ what: 'no-challenge' }),
      '443 ARRIVED  10:14:03 from 198.51.100.9 without our challenge (a scanner, or another tester)',
    ],
    [arrival({ what: 'silent' }), '443 ARRIVED  10:14:03 from 198.51.100.9, connected and sent nothing'],
    [
      arrival({ what: 'tls-failed' }),
      '443 ARRIVED  10:14:03 from 198.51.100.9, began TLS and did not finish it',
    ],
    [
      arrival({ proxyHeader: { client: '[2001:db8::7]:1025' } }),
      `443 ARRIVED  10:14:03 from 198.51.100.9 (PROXY header for 2001:db8::7), read aloud: ${words}`,
    ],
    [
      arrival({ what: 'silent', proxyHeader: {} }),
      '443 ARRIVED  10:14:03 from 198.51.100.9 (PROXY header), connected and sent nothing',
    ],
    [
      arrival({ remote: '[2001:db8::7]:1025' }),
      `443 ARRIVED  10:14:03 from 2001:db8::7, read aloud: ${words}`,
    ],
  ])('after %j', (one, line) => {
    expect(lineAfter(one)).toBe(line);
  });

  it('keeps the words when a scanner comes after the test', () => {
    expect(lineAfter(arrival(), scan)).toContain(`read aloud: ${words}`);
    expect(lineAfter(scan, arrival())).toContain(`read aloud: ${words}`);
  });

  it('shows the last of two tests', () => {
    expect(lineAfter(arrival(), arrival({ at: '2026-11-30T10:15:00.000Z' }))).toContain('10:15:00');
  });
});

describe('a terminal', () => {
  const ports = new Arrivals([listening(443), listening(80), { ...listening(25), state: 'denied' }]);

  /** What a terminal of so many columns gets: the first picture, and the next. */
  function pictures(columns: number): [string, string] {
    const written: string[] = [];
    const screen = terminalScreen(
      (text) => written.push(text),
      () => columns,
    );
    screen.begin(ports.ports());
    screen.arrived(ports.ports(), arrival(), false);
    return [written[0] ?? '', written[1] ?? ''];
  }

  it('has one line a port, written over the one before', () => {
    const [first, second] = pictures(120);
    expect(first).toBe(
      [
        '443 WAITING  nothing has arrived\n',
        '80  WAITING  nothing has arrived\n',
        '25  NOT OPENED  this account may not open it; ports below 1024 need root or Administrator\n',
      ].join(''),
    );
    expect(second).toBe(`\u001B[3A\u001B[J${first}`);
  });

  it('knows how many rows long lines take on a narrow one, and cuts nothing', () => {
    const [first, second] = pictures(40);
    // One, one, and three for 88 characters.
    expect(second).toBe(`\u001B[5A\u001B[J${first}`);
  });
});

it('elsewhere each connection has a line, as long as there is room', () => {
  let written = '';
  const screen = plainScreen((text) => (written += text));
  const ports = new Arrivals([listening(443)]).ports();
  screen.begin(ports);
  screen.arrived(ports, arrival(), true);
  screen.arrived(ports, scan, false);
  expect(written).toBe(
    `443 WAITING  nothing has arrived\n443 ARRIVED  10:14:03 from 198.51.100.9, read aloud: ${words}\n`,
  );
});

it('says of what was cut off unseen that it arrived, once a port elsewhere than on a terminal', () => {
  let written = '';
  const screen = plainScreen((text) => (written += text));
  const arrivals = new Arrivals([listening(443)]);
  const gone = { port: 443, at: '2026-11-30T10:14:03.000Z' };
  for (let count = 0; count < 3; count += 1) {
    const isTold = arrivals.addGone(gone);
    screen.gone(arrivals.ports(), gone, isTold);
  }
  const line = '443 ARRIVED  10:14:03, cut off before it could be seen from where';
  expect(written).toBe(`${line}\n`);
  expect(arrivals.ports().map((port) => portLine(port))).toEqual([line]);
  expect([arrivals.leftOut, arrivals.ports()[0]?.others]).toEqual([3, 3]);
  arrivals.add(arrival());
  expect(arrivals.ports().map((port) => portLine(port))[0]).toContain(`read aloud: ${words}`);
});

describe('what arrived', () => {
  it('is told one by one up to a bound, and a scan leaves room for the test', () => {
    const arrivals = new Arrivals([listening(443)]);
    const scans = Array.from({ length: MAX_OTHERS + 10 }, () => arrivals.add(scan));
    expect(scans.filter(Boolean)).toHaveLength(MAX_OTHERS);
    const tests = Array.from({ length: MAX_CHALLENGES + 1 }, () => arrivals.add(arrival()));
    expect(tests.filter(Boolean)).toHaveLength(MAX_CHALLENGES);
    expect(arrivals.leftOut).toBe(11);
    expect(arrivals.ports()).toMatchObject([{ proofs: MAX_CHALLENGES + 1, others: MAX_OTHERS + 10 }]);
  });

  it('is summed up with what a proof does not prove', () => {
    const arrivals = new Arrivals([listening(443), listening(80)]);
    arrivals.add(arrival());
    arrivals.add(scan);
    const result = {
      endedAt: '2026-11-30T10:44:00.004Z',
      reason: 'time',
      ports: arrivals.ports(),
      leftOut: 3,
    } as const;
    expect(summaryLines(result)).toEqual([
      'Ended 10:44:00 UTC, as its time is over; the ports are closed again.',
      `  443 ARRIVED  10:14:03 from 198.51.100.9, read aloud: ${words} (1 answered with a proof, 1 without our challenge)`,
      '  80  WAITING  nothing has arrived',
      '  3 more connections were counted and not listed.',
      'A proof proves the path to this host, and not the rule for the product that will use the port:',
      'a rule of Windows can name one program, and what Docker publishes passes another chain.',
      'Check once more when the product runs.',
    ]);
    expect(summaryLines({ ...result, reason: 'signal' })[0]).toBe(
      'Ended 10:44:00 UTC; the ports are closed again.',
    );
  });
});

describe('the first line', () => {
  const now = Date.parse('2026-11-30T10:14:03.120Z');
  it.each([
    ['30m', 1_800_000, '10:44'],
    ['5m', 300_000, '10:19'],
    ['less than 5m, with seconds', 299_000, '10:19:02'],
    ['1s', 1_000, '10:14:04'],
  ])('says until when: %s', (_, forMs, time) => {
    expect(beginLine(now, forMs)).toBe(
      `Listening until 2026-11-30 ${time} UTC; Ctrl-C ends it. Times are UTC.`,
    );
  });
});
