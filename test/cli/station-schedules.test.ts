/** `inbound-check schedule` against a station: the same commands, answers and page as of a fleet. */
import { afterAll, beforeAll, expect } from 'vitest';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { banner, listen, type Peer } from '../servers/tcp-peers.ts';
import { scheduleCommandsContract } from '../service/schedule/commands-contract.ts';

const folder = newFolder();
let station: RunningStation;
let peer: Peer;
let operator: string;
let reader: string;
beforeAll(async () => {
  peer = await listen(banner('220 ready\r\n'));
  station = await startStation(folder);
  operator = await makeToken(folder, 'operator');
  reader = await makeToken(folder, 'reader');
});
afterAll(async () => {
  await station?.end('SIGKILL');
  await peer?.close();
});

const cli = (...args: string[]) => station.cli(operator, ...args);
const register = async (name: string): Promise<void> => {
  const check = `tcp://127.0.0.1:${peer.port}`;
  expect(await cli('target', 'add', name, '--check', check)).toMatchObject({ status: 0 });
};

scheduleCommandsContract({
  operator: cli,
  reader: (...args) => station.cli(reader, ...args),
  register,
});
