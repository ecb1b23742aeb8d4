/** What the kernel can tell beyond its sockets: loaded when something has failed, and asked no sooner. */
import type { DialSetup } from './dial.ts';
import { loadSyscalls } from './kernel/syscalls.ts';
import type { GuardedDial, KernelAccess } from './network-access.ts';
import { tracePath } from './path-trace.ts';
import { watchDial } from './watched-dial.ts';

export interface KernelSetup extends DialSetup {
  readonly dial: GuardedDial;
}

/** Addresses with a zone are left to the usual dial: the kernel wants the number of an interface. */
const hasZone = (address: string): boolean => address.includes('%');

export function createKernelAccess(setup: KernelSetup): KernelAccess {
  return {
    async watch(address, port, options) {
      const loaded = await loadSyscalls();
      if (!loaded.ok || hasZone(address)) return undefined;
      return watchDial(address, port, { ...setup, calls: loaded.calls }, options);
    },
    async trace(address, port, { timeoutMs, localPort }) {
      const loaded = await loadSyscalls();
      if (!loaded.ok || hasZone(address) || setup.guard(address) !== undefined) return undefined;
      const from = localPort === undefined ? {} : { from: { address: anyAddress(address), port: localPort } };
      return tracePath(address, port, { timeoutMs, ...from }, { ...setup, calls: loaded.calls });
    },
  };
}

/** The unspecified address of the same family: the route chooses the address, as for any connection. */
const anyAddress = (address: string): string => (address.includes(':') ? '::' : '0.0.0.0');
