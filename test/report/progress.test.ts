import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import { createProgress } from '../../lib/report/progress.ts';
import { HOSTILE } from './sample-evidence.ts';
import { moments, sampleReport } from './sample-report.ts';

const ERASE = '\r\u001b[2K';
const endpoint = (id: string): Endpoint => ({
  id,
  target: 'www.example.com',
  kind: 'tcp',
  host: 'www.example.com',
  port: 1,
  expect: 'open',
  level: 'required',
});
const { endpoints, tail } = moments(sampleReport);
const [passed, failed] = endpoints;
if (passed === undefined || failed === undefined) throw new Error('the sample has endpoints');

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = (
    over: { isTTY?: boolean; columns?: number; env?: Record<string, string>; total?: number } = {},
  ) => {
    const written: string[] = [];
    const { isTTY = true, columns = 80, env = {}, total } = over;
    const progress = createProgress({
      stream: { isTTY, columns, write: (text) => written.push(text) },
      env,
      ...(total !== undefined && { total }),
      now: () => performance.now(),
    });
    return { progress, written };
  };

  it.each([
    ['on a pipe', { isTTY: false }],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }],
  ])('writes nothing %s', (_name, over) => {
    const { progress, written } = start(over);
    progress.probing?.(endpoint('tcp://a:1'), 1);
    progress.end?.(tail);
    progress.stop();
    expect(written).toEqual([]);
  });

  it('reports counts and what is being probed, on one line', () => {
    const { progress, written } = start({ total: 3, env: { NO_COLOR: '1' } });
    progress.probing?.(endpoint(passed.id), 1);
    progress.probing?.(endpoint(failed.id), 2);
    void progress.endpoint?.(passed);
    vi.advanceTimersByTime(200);
    expect(written.at(-1)).toBe(`${ERASE}1/3 checked, 1 passed · ${failed.id} (attempt 2)`);
    expect(written.join('')).not.toContain('\n');
  });

  it('draws at most once in a tenth of a second, and the last state in the end', () => {
    const { progress, written } = start();
    for (let index = 0; index < 1_000; index += 1) progress.probing?.(endpoint(`tcp://a:${index}`), 1);
    expect(written).toHaveLength(1);
    vi.advanceTimersByTime(100);
    expect(written).toHaveLength(2);
    expect(written[1]).toContain('and 999 more');
  });

  it('clears itself when the run ends and stays away', () => {
    const { progress, written } = start();
    progress.probing?.(endpoint('tcp://a:1'), 1);
    progress.probing?.(endpoint('tcp://b:1'), 1);
    progress.end?.(tail);
    const last = written.length;
    expect(written.at(-1)).toBe(ERASE);
    progress.probing?.(endpoint('tcp://c:1'), 1);
    vi.advanceTimersByTime(1_000);
    progress.stop();
    expect(written).toHaveLength(last);
  });

  it('makes way for other text and comes back with the next event', () => {
    const { progress, written } = start();
    progress.probing?.(endpoint('tcp://a:1'), 1);
    progress.clear();
    expect(written.at(-1)).toBe(ERASE);
    vi.advanceTimersByTime(200);
    progress.probing?.(endpoint('tcp://b:1'), 1);
    expect(written.at(-1)).toContain('tcp://a:1 and 1 more');
  });

  it('honours NO_COLOR', () => {
    const colored = start();
    const plain = start({ env: { NO_COLOR: '1' } });
    for (const { progress } of [colored, plain]) void progress.endpoint?.(failed);
    expect(colored.written.join('')).toContain('\u001b[31m');
    expect(plain.written.join('').replaceAll(ERASE, '')).not.toContain('\u001b');
  });

  it.each([20, 40, 80])('keeps within %d columns, hostile names included', (columns) => {
    const { progress, written } = start({ columns });
    for (const report of endpoints) void progress.endpoint?.(report);
    progress.probing?.(endpoint(`tcp://${HOSTILE}`), 1);
    vi.advanceTimersByTime(200);
    for (const text of written) {
      const line = stripVTControlCharacters(text.replaceAll(ERASE, ''));
      expect(stringWidth(line)).toBeLessThan(Math.max(columns, 21));
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});
