import { describe, expect, it } from 'vitest';
import { catalogue, sentences } from '../../lib/kinds/contract/sentences.ts';
import { patterns } from '../../lib/kinds/messages.ts';
import { germanOf, germanPatterns } from '../../lib/kinds/messages-de.ts';
import { runSentence } from '../../lib/kinds/run-causes/messages.ts';

/** Names of the placeholders, each once. */
const places = (pattern: string): string[] =>
  [...new Set([...pattern.matchAll(/\{[\^+,-]?([a-zA-Z0-9]+)\}/g)].map(([, name = '']) => name))].sort();

describe('the German catalogue', () => {
  it('has a text for every message and none beyond', () => {
    expect([...germanPatterns.keys()].sort()).toEqual([...patterns.keys()].sort());
  });

  it('has exactly the parameters of the English text', () => {
    for (const [key, english] of patterns)
      expect([key, ...places(germanPatterns.get(key) ?? '')]).toEqual([key, ...places(english)]);
  });

  it('keeps the forms that a list depends on: commas, or nothing between its phrases', () => {
    const lists = (pattern: string): string[] =>
      [...pattern.matchAll(/\{[+,][a-zA-Z0-9]+\}/g)].map(([all]) => all).sort();
    for (const [key, english] of patterns)
      expect([key, ...lists(germanPatterns.get(key) ?? '')]).toEqual([key, ...lists(english)]);
  });

  it('ends a sentence where the English one ends', () => {
    const ends = (pattern: string): boolean => /[.?]$/.test(pattern);
    for (const [key, english] of patterns)
      expect([key, ends(germanPatterns.get(key) ?? '')]).toEqual([key, ends(english)]);
  });

  it('is translated: the same text as the English is one of names and parameters alone', () => {
    const same = [...patterns].filter(([key, english]) => germanPatterns.get(key) === english);
    const words = same.filter(
      ([, english]) => /[a-z]{3,}/.test(english.replace(/\{[^}]*\}/g, '')) && !/STARTTLS/.test(english),
    );
    expect(words).toEqual([]);
  });

  it('says what was found, with phrases within, and leaves what it does not know', () => {
    const { message } = runSentence.noResult({ endpoint: 'tcp://192.0.2.1:22' });
    expect(germanOf(message)).toBe('Kein Messpunkt gab ein Ergebnis für tcp://192.0.2.1:22.');
    expect(germanOf({ key: message.key, params: {} })).toBeUndefined();
    expect(germanOf({ key: 'quic9.no-migration', params: {} })).toBeUndefined();
    expect(
      germanOf(runSentence.mustBeClosed({ port: 22, seen: runSentence.noResult({ endpoint: 'x' }) }).message),
    ).toBe(
      'Port 22 darf nicht erreichbar sein, aber dort hat etwas geantwortet: Kein Messpunkt gab ein Ergebnis für x.',
    );
    const later = sentences(catalogue('later', { part: 'a phrase of a later version' }));
    expect(germanOf(runSentence.mustBeClosed({ port: 22, seen: later.part({}) }).message)).toBeUndefined();
  });

  it('translates a word of ours where the parameter holds one, and never the words of a peer', () => {
    const phrase = (text: string): string => (text === 'open' ? 'offen' : text);
    const state = { key: 'verdict.was', params: { endpoint: 'open', state: 'open' } };
    expect(germanOf(state, phrase)).toBe('open war offen.');
    const text = { key: 'tcp.answers', params: { peer: 'x', text: 'open' } };
    expect(germanOf(text, phrase)).toBe('x antwortet: open');
  });
});
