import { describe, expect, it } from 'vitest';
import { catalogue, sentences, within } from '../../lib/kinds/contract/sentences.ts';
import { diagnose } from '../../lib/kinds/diagnoses.ts';
import { englishOf, patterns } from '../../lib/kinds/messages.ts';
import { runSentence } from '../../lib/kinds/run-causes/messages.ts';
import { fill } from '../../lib/model/message.ts';

const say = sentences(
  catalogue('trial', {
    whole: '{^part}: {-seen} ({count}).',
    part: 'the part of {name}',
    list: 'All of {parts}.',
    forms: '{,parts}{+details}.',
  }),
);

describe('a sentence', () => {
  it('is filled with texts, numbers and phrases, which may lose their full stop or gain a capital', () => {
    const part = say.part({ name: 'x' });
    const said = say.whole({ part, seen: 'It is {odd}.', count: 2 });
    expect(said.text).toBe('The part of x: It is {odd} (2).');
    expect(said.message).toEqual({
      key: 'trial.whole',
      params: {
        part: { key: 'trial.part', params: { name: 'x' } },
        seen: 'It is {odd}.',
        count: 2,
      },
    });
    expect(say.list({ parts: [part, say.part({ name: 'y' })] }).text).toBe(
      'All of the part of x; the part of y.',
    );
    const parts = [part, say.part({ name: 'y' })];
    expect(say.forms({ parts, details: parts }).text).toBe(
      'the part of x, the part of ythe part of xthe part of y.',
    );
    expect(say.forms({ parts: [], details: [] }).text).toBe('.');
  });

  it('holds what was said before, as a message where there is one', () => {
    expect(within({ summary: 'Said.' })).toBe('Said.');
    const message = { key: 'trial.part', params: { name: 'x' } };
    expect(say.list({ parts: within({ summary: 'the part of x', message }) }).message.params).toEqual({
      parts: message,
    });
  });
});

describe('the catalogue of all kinds', () => {
  it('gives the English text of a key, and nothing for a key or a parameter that it does not know', () => {
    const { message, text } = runSentence.noResult({ endpoint: 'tcp://192.0.2.1:22' });
    expect(englishOf(message)).toBe(text);
    expect(englishOf({ key: 'quic9.no-migration', params: {} })).toBeUndefined();
    expect(englishOf({ key: message.key, params: {} })).toBeUndefined();
    expect(
      englishOf({ ...message, params: { endpoint: { key: 'quic9.name', params: {} } } }),
    ).toBeUndefined();
  });

  it('has no place that no parameter can fill', () => {
    for (const [key, pattern] of patterns) {
      const places = [...pattern.matchAll(/\{[\^+,-]?([a-zA-Z0-9]+)\}/g)].map(([, name = '']) => name);
      const filled = fill(pattern, Object.fromEntries(places.map((name) => [name, ''])), () => undefined);
      expect(filled, key).not.toMatch(/[{}]/);
    }
  });

  it('is proven by every test that diagnoses something: test/messages-fit.ts checks each', () => {
    const at = '2026-03-01T09:30:05.000Z';
    const found = diagnose(
      {
        kind: 'tcp',
        endpointId: 'e',
        vantage: 'local',
        host: 'www.example.com',
        port: 22,
        address: '192.0.2.1',
        family: 4,
        startedAt: at,
        timings: { total: 12 },
        exchange: [],
        connect: { status: 'refused', code: 'ECONNREFUSED' },
      },
      {
        endpoint: {
          id: 'e',
          target: 'www.example.com',
          kind: 'tcp',
          host: 'www.example.com',
          port: 22,
          expect: 'open',
          level: 'required',
        },
        vantage: { id: 'local', kind: 'local', families: [4], controls: [] },
        now: 0,
      },
    );
    expect(found.message).toEqual(found.faults[0]?.message);
    expect(found.message).toMatchObject({
      key: 'connect.refused',
      params: { code: 'ECONNREFUSED', ms: 12, peer: { key: 'connect.peerAt' } },
    });
  });
});
