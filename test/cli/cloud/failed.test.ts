import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Failed, failed } from '../../../lib/cli/cloud/failed.ts';
import { problem } from '../../../lib/service/contracts/problem.ts';

/** What goes to standard error, and the exit status. */
function told(asking: Failed): readonly [string, number] {
  let said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const status = failed(asking);
  return [said, status];
}
const refused = (...given: Parameters<typeof problem>) =>
  told({ status: 'refused', problem: problem(...given) });

afterEach(() => vi.restoreAllMocks());

describe('a request that came to nothing', () => {
  it('points to the command that lists what there is, not to the operation of the API', () => {
    expect(refused('not-found', 'no target "x" is registered: see GET /targets', 'path.name')).toEqual([
      'inbound-check: no target "x" is registered: see inbound-check target list\n',
      64,
    ]);
  });

  it('keeps an operation that has no command', () => {
    expect(refused('not-found', 'there is none: see GET /things')[0]).toContain('see GET /things');
  });

  it('leaves out in which part of the request the mistake is', () => {
    expect(refused('bad-request', 'path.id: must be short', 'path.id')).toEqual([
      'inbound-check: id: must be short\n',
      64,
    ]);
  });

  it.each([
    ['settings.confirmPause: expected a duration', '--confirm-pause: expected a duration'],
    ['targets[0].profile: there is no profile "x"', 'profile: there is no profile "x"'],
  ])('says %j as %j', (detail, words) => {
    expect(refused('bad-request', detail)[0]).toBe(`inbound-check: ${words}\n`);
  });

  it('says how a stopped fleet goes on', () => {
    const [said, status] = refused('stopped', 'everything was stopped at noon by ada: a customer calls');
    expect(said).toBe(
      'inbound-check: everything was stopped at noon by ada: a customer calls; inbound-check fleet resume lets it go on (policy inbound-check-operator-REGION)\n',
    );
    expect(status).toBe(69);
  });

  it.each([
    ['unavailable', 69],
    ['internal', 69],
    ['rate-limited', 69],
    ['conflict', 64],
    ['forbidden', 64],
  ] as const)('%s exits %i', (kind, status) => {
    expect(refused(kind, 'words')[1]).toBe(status);
  });

  it('says what there was instead of an answer, without control characters', () => {
    expect(told({ status: 'unreachable', message: 'no AWS credentials: \x1b[2J' })).toEqual([
      'inbound-check: no AWS credentials: \\x1b[2J\n',
      69,
    ]);
  });
});
