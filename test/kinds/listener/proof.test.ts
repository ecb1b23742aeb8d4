import { describe, expect, it } from 'vitest';
import { newListenerCode } from '../../../lib/kinds/listener/new-code.ts';
import {
  type Challenge,
  challengeText,
  EXPORTER_BYTES,
  EXPORTER_LABEL,
  judgeProof,
  proofLine,
  readChallenge,
  readProof,
  runKey,
  sessionExporter,
} from '../../../lib/kinds/listener/proof.ts';

const code = newListenerCode(() => Buffer.from('3a1b2c3d4e5f60718293', 'hex'));
const challenge: Challenge = { run: '0123456789abcdef', nonce: '00112233445566778899aabbccddeeff' };
const statement = { destination: '10.0.3.4:443', source: '198.51.100.9:50412', time: 1_796_038_698 };
const key = runKey(code, challenge.run);
const exporter = Buffer.alloc(32, 7);
const read = (line: string) => {
  const proof = readProof(line);
  if (proof === undefined) throw new Error(`no proof in ${line}`);
  return proof;
};

describe('a challenge', () => {
  const text = challengeText(challenge);

  it.each([
    ['alone', text],
    ['in a path', `GET /a/b/${text}/tango-lima-47 HTTP/1.1`],
    ['in EHLO', `EHLO x.${text}.invalid`],
    ['behind a blank', `hello ${text}`],
  ])('is read %s', (_, line) => {
    expect(readChallenge(line)).toEqual(challenge);
  });

  it.each([
    ['with upper-case digits', text.toUpperCase()],
    ['as the end of a longer word', `x${text}`],
    ['with a digit too much', `${text}0`],
    ['with a digit too few', text.slice(0, -1)],
    ['of another version', text.replace('icl1', 'icl2')],
  ])('is not read %s', (_, line) => {
    expect(readChallenge(line)).toBeUndefined();
  });
});

describe('a proof', () => {
  const line = proofLine(key, challenge, statement);
  const overTls = proofLine(key, challenge, statement, exporter);

  it('is short enough for one line of SMTP', () => {
    const longest = proofLine(
      key,
      challenge,
      {
        destination: '[2001:db8:1111:2222:3333:4444:5555:6666]:65535',
        source: '[2001:db8:1111:2222:3333:4444:5555:7777]:65535',
        time: 9_999_999_999,
      },
      exporter,
    );
    // RFC 5321 §4.5.3.1.5: 512 bytes with the code and the line end.
    expect(`250 ${longest}\r\n`.length).toBeLessThan(400);
    expect(read(longest).tlsMac).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['a body', `${line}\n`],
    ['a whole HTTP answer', `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n${line}\n`],
    ['replies of SMTP', `220 mail ESMTP\r\n250-mail\r\n250 ${line}\r\n`],
    ['a continued reply of SMTP', `250-${line}\r\n250 HELP\r\n`],
    ['a line without end', line],
  ])('is read in %s', (_, answer) => {
    const proof = read(answer);
    expect(proof).toMatchObject({ ...statement, nonce: challenge.nonce });
    expect(judgeProof(key, challenge, proof)).toBe('proven');
  });

  it.each([
    ['not at the beginning of a line', `he said ${line}`],
    ['cut', line.slice(0, -1)],
    ['with text at its end', `${line}x`],
    ['nothing', ''],
  ])('is not read: %s', (_, answer) => {
    expect(readProof(answer)).toBeUndefined();
  });

  it('is wrong for another nonce: an old answer is worth nothing', () => {
    const next = { ...challenge, nonce: 'ffeeddccbbaa99887766554433221100' };
    expect(judgeProof(key, next, read(line))).toBe('wrong');
    // Nor with the new nonce written into it.
    expect(judgeProof(key, next, { ...read(line), nonce: next.nonce })).toBe('wrong');
  });

  it('is wrong for another run, whose key is another one', () => {
    const other = { ...challenge, run: 'fedcba9876543210' };
    expect(runKey(code, other.run)).not.toBe(key);
    expect(judgeProof(runKey(code, other.run), other, read(line))).toBe('wrong');
    expect(judgeProof(key, other, read(line))).toBe('wrong');
  });

  it('is wrong by another code', () => {
    const other = runKey(newListenerCode(), challenge.run);
    expect(judgeProof(key, challenge, read(proofLine(other, challenge, statement)))).toBe('wrong');
  });

  it.each([
    ['destination', { destination: '10.0.3.5:443' }],
    ['source', { source: '198.51.100.9:50413' }],
    ['time', { time: statement.time + 1 }],
    ['MAC', { mac: '0'.repeat(64) }],
  ])('is wrong with another %s', (_, change) => {
    expect(judgeProof(key, challenge, { ...read(line), ...change })).toBe('wrong');
  });

  it('is proven over TLS in the same session alone', () => {
    expect(judgeProof(key, challenge, read(overTls), exporter)).toBe('proven');
    expect(judgeProof(key, challenge, read(overTls), Buffer.alloc(32, 8))).toBe('other-session');
  });

  it('is of another session when only one end had TLS', () => {
    expect(judgeProof(key, challenge, read(overTls))).toBe('other-session');
    expect(judgeProof(key, challenge, read(line), exporter)).toBe('other-session');
  });

  it('is wrong before it is of another session', () => {
    expect(judgeProof(key, challenge, { ...read(overTls), mac: '0'.repeat(64) }, Buffer.alloc(32, 8))).toBe(
      'wrong',
    );
  });

  it('covers the exporter with an empty context, which both ends have to give', () => {
    const asked: unknown[] = [];
    const exportKeyingMaterial = (...args: unknown[]) => {
      asked.push(args);
      return exporter as ReturnType<Parameters<typeof sessionExporter>[0]['exportKeyingMaterial']>;
    };
    expect(sessionExporter({ exportKeyingMaterial })).toBe(exporter);
    expect(asked).toEqual([[EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)]]);
  });
});
