import { expect, it } from 'vitest';
import { windowsPortOwner } from '../../lib/local/windows-port-owner.ts';

const NETSTAT = `
  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       4
  TCP    127.0.0.1:25           0.0.0.0:0              LISTENING       812
`;

it('names http.sys where the system itself has the port, and else the process', async () => {
  const netstat = () => Promise.resolve(NETSTAT);
  expect(await windowsPortOwner(80, netstat)).toEqual({ program: 'http.sys', pid: 4 });
  expect(await windowsPortOwner(25, netstat)).toEqual({ program: 'a program', pid: 812 });
  expect(await windowsPortOwner(443, netstat)).toBeUndefined();
});

it('knows nothing where netstat does not run', async () => {
  expect(await windowsPortOwner(80, () => Promise.reject(new Error('ENOENT')))).toBeUndefined();
});
