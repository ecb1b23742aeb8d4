/** What the examples of a station say is held against the program: the unit's commands, and the container file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveCommand } from '../../lib/cli/station/serve.ts';
import { ROOT } from '../cli/run-cli.ts';

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const flags = new Set(serveCommand(() => undefined).options.map(({ long }) => long));

it('the unit checks the very settings that it starts with, and names options that there are', () => {
  const lines = read('docs/examples/inbound-check-station.service').split('\n');
  const setting = (key: string): string =>
    lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
  expect(setting('ExecStartPre').replace(' --check-config', '')).toBe(setting('ExecStart'));
  const used = lines.flatMap((line) =>
    /^Exec\w+=.*inbound-check/.test(line) ? (line.match(/--[a-z-]+/g) ?? []) : [],
  );
  expect(used).toContain('--check-config');
  expect(used.filter((flag) => !flags.has(flag))).toEqual([]);
  // Where serve --check-config would refuse a folder that others may look into.
  expect(setting('StateDirectoryMode')).toBe('0700');
  expect(setting('ExecStart')).toContain(`--data /var/lib/${setting('StateDirectory')}`);
});

describe('the container file', () => {
  /** Instructions with their arguments; a line that ends with a backslash goes on. */
  const instructions = read('docs/examples/station.Containerfile')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => /^([A-Z]+) (.+)$/.exec(line)?.slice(1) ?? [line, '']);
  const argumentsOf = (name: string): string[] =>
    instructions.filter(([each]) => each === name).map(([, value = '']) => value);

  it('has instructions that there are, and one base whose Node the package takes', () => {
    const KNOWN = ['ARG', 'FROM', 'RUN', 'USER', 'VOLUME', 'EXPOSE', 'STOPSIGNAL', 'ENTRYPOINT'];
    expect(instructions.filter(([name = '']) => !KNOWN.includes(name))).toEqual([]);
    expect(instructions[0]?.[0]).toBe('FROM');
    const [from = '', ...more] = argumentsOf('FROM');
    expect(more).toEqual([]);
    const major = Number(/^docker\.io\/library\/node:(\d+)-slim$/.exec(from)?.[1]);
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const [, least] = /^>=(\d+)\./.exec(engines.node) ?? [];
    expect(major).toBeGreaterThan(Number(least));
  });

  it('runs as a user without rights, with data outside, and is ended by SIGTERM', () => {
    const [user] = argumentsOf('USER');
    expect(user).toBe('node');
    const names = instructions.map(([name]) => name);
    expect(names.indexOf('USER')).toBeLessThan(names.indexOf('ENTRYPOINT'));
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
    expect(argumentsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    // The form of a list: the process itself gets the signal, and no shell.
    const entry = JSON.parse(argumentsOf('ENTRYPOINT')[0] ?? '') as string[];
    expect(entry.slice(0, 2)).toEqual(['inbound-check', 'serve']);
    expect(entry.filter((word) => word.startsWith('--') && !flags.has(word))).toEqual([]);
    expect(entry).toContain(argumentsOf('VOLUME')[0]);
  });
});
