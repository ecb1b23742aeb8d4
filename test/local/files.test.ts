/** Files that an attacker made in a folder that others may write to: none of them is followed. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileSink } from '../../lib/cli/output/sink.ts';
import { isSpecialFile, readRegularFile } from '../../lib/local/files.ts';
import { openHistory } from '../../lib/local/history.ts';
import { existingSigningKey, openSigningKey } from '../../lib/local/signing-key.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'inbound-check-files-'));
const modeOf = (path: string): number => statSync(path).mode & 0o777;

async function write(path: string, text: string): Promise<void> {
  const sink = await openFileSink(path);
  if (!sink.ok) throw new Error(sink.message);
  await sink.value.write(text);
  expect(await sink.value.close()).toBeUndefined();
}

describe('a report file', () => {
  it('takes the place of a planted link, and what it leads to stays', async () => {
    const folder = newFolder();
    const target = join(folder, 'precious');
    writeFileSync(target, 'precious', { mode: 0o600 });
    symlinkSync('precious', join(folder, 'report.json'));
    await write(join(folder, 'report.json'), 'report');
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(modeOf(target)).toBe(0o600);
    expect(lstatSync(join(folder, 'report.json')).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('report');
  });

  it('takes the place of a link to nothing, or to a device', async () => {
    const folder = newFolder();
    for (const to of ['nowhere', '/dev/null']) {
      const path = join(folder, 'report.json');
      execFileSync('ln', ['-sfn', to, path]);
      await write(path, 'report');
      expect(lstatSync(path).isFile()).toBe(true);
    }
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('keeps the mode of the file that it replaces, whatever the umask', async () => {
    const path = join(newFolder(), 'report.json');
    for (const mode of [0o600, 0o666, 0o640]) {
      writeFileSync(path, 'before');
      chmodSync(path, mode);
      await write(path, 'after');
      expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['after', mode]);
    }
  });

  it('is written under a name that nobody can predict, made by it alone, and deleted when it is given up', async () => {
    const folder = newFolder();
    const path = join(folder, 'report.json');
    const [one, other] = [await openFileSink(path), await openFileSink(path)];
    if (!one.ok || !other.ok) throw new Error('both open');
    const names = readdirSync(folder);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^\.report\.json\.\d+\.[0-9a-f]{24}\.partial$/);
    await one.value.discard();
    await other.value.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('cleans what a killed process left of it, and nothing else', async () => {
    const folder = newFolder();
    const hex = '0123456789abcdef01234567';
    const gone = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
    const old = new Date(Date.now() - 2 * 3_600_000);
    const leave = (name: string, at: Date): void => {
      writeFileSync(join(folder, name), 'half');
      utimesSync(join(folder, name), at, at);
    };
    leave(`.report.json.${gone}.${hex}.partial`, old);
    leave(`.report.json.${gone}.f${hex.slice(1)}.partial`, new Date());
    leave(`.report.json.${process.pid}.${hex}.partial`, old);
    leave(`.other.json.${gone}.${hex}.partial`, old);
    leave('.report.json.partial', old);
    await write(join(folder, 'report.json'), 'report');
    expect(readdirSync(folder).sort()).toEqual(
      [
        'report.json',
        '.report.json.partial',
        `.report.json.${gone}.f${hex.slice(1)}.partial`,
        `.report.json.${process.pid}.${hex}.partial`,
        `.other.json.${gone}.${hex}.partial`,
      ].sort(),
    );
  });

  it('makes no warning of listeners, however many there are', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): number => warnings.push(warning);
    process.on('warning', warned);
    const folder = newFolder();
    const sinks = await Promise.all(
      Array.from({ length: 20 }, (_, n) => openFileSink(join(folder, `${n}.json`))),
    );
    await new Promise(setImmediate);
    for (const sink of sinks) if (sink.ok) await sink.value.discard();
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('is a device where its own path is among devices', async () => {
    expect(await isSpecialFile('/dev/stdout')).toBe(true);
    expect(await isSpecialFile('/dev/../dev/fd/1')).toBe(true);
    expect(await isSpecialFile(join(newFolder(), 'report.json'))).toBe(false);
  });
});

describe('a FIFO that was planted', () => {
  const fifo = (path: string): string => {
    execFileSync('mkfifo', [path]);
    return path;
  };

  it('is not waited for where a file is read', async () => {
    await expect(readRegularFile(fifo(join(newFolder(), 'x')), 100)).rejects.toThrow('no regular file');
  });

  it('is no signing key', async () => {
    const path = fifo(join(newFolder(), 'signing-key.pem'));
    expect(await openSigningKey(path)).toMatchObject({
      ok: false,
      message: expect.stringContaining('no regular file'),
    });
    expect(await existingSigningKey(path)).toBeUndefined();
  });

  it('is no history', async () => {
    const folder = newFolder();
    fifo(join(folder, '0123456789abcdef0123456789abcdef.json'));
    const history = openHistory(folder);
    const seen: unknown[] = [];
    for await (const record of history.all()) seen.push(record);
    expect(seen).toEqual([]);
  });
});

describe('a folder that others may write to', () => {
  it('holds no key that signs, nor one that is known', async () => {
    const folder = join(newFolder(), 'config');
    mkdirSync(folder);
    const path = join(folder, 'signing-key.pem');
    expect((await openSigningKey(path)).ok).toBe(true);
    for (const mode of [0o777, 0o770, 0o1777, 0o702]) {
      chmodSync(folder, mode);
      expect(await openSigningKey(path)).toMatchObject({
        ok: false,
        message: expect.stringContaining('chmod 700'),
      });
      expect(await existingSigningKey(path)).toBeUndefined();
    }
    chmodSync(folder, 0o755);
    expect((await openSigningKey(path)).ok).toBe(true);
  });
});
