/** `serve uninstall`: what it lists, what it removes, and what it leaves alone. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { remainsOf, removeUnit, unitOf } from '../../lib/local/station/remains.ts';
import { newDatabase } from '../local/station/database.ts';
import { newFolder, startStation } from '../local/station/running-station.ts';
import { runCli } from './run-cli.ts';

const ORIGIN = 'http://127.0.0.1:8025';

/** A station's folder as it stays behind, and a configuration folder with tokens for two stations. */
async function leftBehind() {
  const folder = join(newFolder(), 'station');
  mkdirSync(folder, { mode: 0o700 });
  const database = await newDatabase(join(folder, 'station.db'));
  database.run('INSERT INTO address (id, url) VALUES (1, ?)', ORIGIN);
  database.close();
  mkdirSync(join(folder, 'objects', 'runs'), { recursive: true });
  writeFileSync(join(folder, 'objects', 'runs', 'x.json'), 'x'.repeat(250_000));
  const config = newFolder();
  const tokens = join(config, 'inbound-check', 'tokens.json');
  mkdirSync(join(config, 'inbound-check'), { mode: 0o700 });
  writeFileSync(tokens, JSON.stringify({ [ORIGIN]: 'ibc_one', 'https://other.example.com': 'ibc_two' }), {
    mode: 0o600,
  });
  const uninstall = (...args: string[]) =>
    runCli(['serve', 'uninstall', '--data', folder, ...args], { env: { XDG_CONFIG_HOME: config } });
  return { folder, tokens, uninstall };
}

describe('serve uninstall', () => {
  it('lists what is left, and removes nothing of it', async () => {
    const { folder, tokens, uninstall } = await leftBehind();
    const { status, stdout } = await uninstall();
    expect(status).toBe(0);
    expect(stdout).toContain(`${folder}: 0.`);
    expect(stdout).toContain('  objects  0.3 MB\n');
    expect(stdout).toContain(`${tokens}: the token for ${ORIGIN}\n`);
    expect(stdout).not.toContain('ibc_');
    expect(stdout).toMatch(/nothing was removed: serve uninstall --remove does that\n$/);
    expect(readdirSync(folder)).toContain('station.db');
  });

  it('asks before it removes, and refuses where nobody can be asked', async () => {
    const { folder, uninstall } = await leftBehind();
    expect(await uninstall('--remove')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('give --yes where nobody can be asked'),
    });
    expect(readdirSync(folder)).toContain('station.db');
  });

  it('removes the folder and its token, and no other station’s', async () => {
    const { folder, tokens, uninstall } = await leftBehind();
    const outside = newFolder();
    writeFileSync(join(outside, 'kept'), '');
    symlinkSync(outside, join(folder, 'objects', 'link'));
    expect(await uninstall('--remove', '--yes')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`${folder} is removed\n`),
    });
    expect([existsSync(folder), readdirSync(outside)]).toEqual([false, ['kept']]);
    expect(JSON.parse(readFileSync(tokens, 'utf8'))).toEqual({ 'https://other.example.com': 'ibc_two' });
  });

  it('leaves in the folder what is not the station’s', async () => {
    const { folder, uninstall } = await leftBehind();
    writeFileSync(join(folder, 'notes.txt'), '');
    const { stdout } = await uninstall('--remove', '--yes');
    expect(stdout).toMatch(/notes\.txt {2}0\.0 MB, not the station’s: it stays\n/);
    expect(stdout).toContain('is still: notes.txt\n');
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  it('touches no folder in which no station is', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'notes.txt'), '');
    const none = { ok: false, message: expect.stringContaining('there is no station in') };
    expect(await remainsOf(folder)).toMatchObject(none);
    writeFileSync(join(folder, 'station.db'), '');
    expect(await remainsOf(folder)).toMatchObject(none);
    expect(readdirSync(folder)).toEqual(['notes.txt', 'station.db']);
  });

  it('waits for no station that runs, and leaves it alone', async () => {
    const station = await startStation(newFolder());
    const tried = await runCli(['serve', 'uninstall', '--remove', '--yes', '--data', station.folder]);
    expect(tried).toMatchObject({ status: 64, stderr: expect.stringContaining('another station runs in') });
    expect((await fetch(`${station.url}/health`)).status).toBe(200);
    await station.end('SIGTERM');
    expect(existsSync(join(station.folder, 'station.db'))).toBe(true);
  });

  it('knows the unit that names its folder, and removes it with its link', async () => {
    const systemd = newFolder();
    const unit = join(systemd, 'inbound-check-station.service');
    expect(unitOf('/var/lib/inbound-check', unit)).toBe('none');
    writeFileSync(unit, 'ExecStart=/usr/bin/env inbound-check serve --data /var/lib/inbound-check\n');
    mkdirSync(join(systemd, 'multi-user.target.wants'));
    symlinkSync(unit, join(systemd, 'multi-user.target.wants', 'inbound-check-station.service'));
    expect(unitOf('/var/lib/inbound-check', unit)).toBe('ours');
    expect(unitOf('/var/lib/inbound', unit)).toBe('another');
    await removeUnit(unit);
    expect([readdirSync(systemd), readdirSync(join(systemd, 'multi-user.target.wants'))]).toEqual([
      ['multi-user.target.wants'],
      [],
    ]);
  });
});
