import { describe, expect, it } from 'vitest';
import { askReadBack } from '../../../lib/cli/listener/ask-read-back.ts';
import { digestWords } from '../../../lib/kinds/listener/read-back.ts';
import type { ReadBackEndpoint } from '../../../lib/kinds/listener/read-back-port.ts';
import { spoken, wordsOf } from '../../../lib/kinds/listener/words.ts';

const NONCES = ['00112233445566778899aabbccddeeff', 'a1b2c3445566778899aabbccddeeff00'] as const;
const [FIRST, SECOND] = NONCES.map((nonce) => spoken(wordsOf(nonce)));

type Asked = ReadBackEndpoint & { readonly id: string };

const asked = (port: number, ...nonces: readonly string[]): Asked => ({
  id: `listener://www.example.com:${port}`,
  host: 'www.example.com',
  port,
  observations: nonces.map((nonce, index) => ({
    address: '203.0.113.7',
    attempt: index + 1,
    evidence: {
      kind: 'listener',
      listener: {
        speech: 'line',
        status: 'unverified',
        readBack: digestWords(nonce, `salt ${index}`),
        read: { end: 'fin', bytes: 0, text: '' },
      },
    },
  })),
});
/** Refused: no challenge was sent. */
const closed: Asked = {
  id: 'listener://www.example.com:25',
  host: 'www.example.com',
  port: 25,
  observations: [{ address: '203.0.113.7', attempt: 1, evidence: { kind: 'listener' } }],
};

async function answered(endpoints: readonly Asked[], ...typed: readonly (string | undefined)[]) {
  const questions: string[] = [];
  const lines: string[] = [];
  const ask = (question: string) => {
    questions.push(question);
    return Promise.resolve(typed[questions.length - 1]);
  };
  const results = await askReadBack(endpoints, ask, (line) => lines.push(line));
  return { questions, lines, results };
}

describe('the question what is read at the other end', () => {
  it('is asked of each port that got a challenge, once', async () => {
    const { questions } = await answered([asked(443, ...NONCES), closed, asked(80, NONCES[1])], '', '');
    expect(questions).toEqual([
      'www.example.com:443: what do they read? (Enter: nothing) ',
      'www.example.com:80: what do they read? (Enter: nothing) ',
    ]);
  });

  it('takes the words of any attempt, and tells those of another port', async () => {
    const { lines, results } = await answered(
      [asked(443, ...NONCES), asked(80, 'ffffff445566778899aabbccddeeff00')],
      SECOND,
      FIRST,
    );
    expect(lines[0]).toContain('443: read back: the challenge to 203.0.113.7 arrived');
    expect(lines[1]).toContain('80: wrong: these words were sent to port 443');
    expect([...results].map(([id, { status }]) => [id, status])).toEqual([
      ['listener://www.example.com:443', 'right'],
      ['listener://www.example.com:80', 'of-another-port'],
    ]);
  });

  it('says that misheard words are wrong, nothing of an empty line, and ends with the input', async () => {
    const { lines } = await answered([asked(443, NONCES[0]), asked(80, NONCES[1])], 'ALFA ALFA 99', ' ');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('443: wrong: these words were not sent in this run');
    const ended = await answered([asked(443, NONCES[0]), asked(80, NONCES[1])], undefined, SECOND);
    expect([ended.questions.length, ended.lines]).toEqual([1, []]);
  });
});
