import { type ReadOptions, readBytes } from '../../net/read.ts';
import type { ProbeContext } from '../contract/probe.ts';

/**
 * One more short connection to a peer: dials, sends `say` if there is any, reads, and closes. What arrived; `undefined`
 * without a connection, or without time or an address for one. Never rejects.
 *
 * @param options `timeoutMs` bounds the dial and the reading, each
 */
export async function askOnNewConnection(
  address: string,
  port: number,
  say: Uint8Array | undefined,
  options: Omit<ReadOptions, 'deadline'>,
  context: ProbeContext,
): Promise<Buffer | undefined> {
  const { timeoutMs } = options;
  if (timeoutMs <= 0 || address === '') return undefined;
  const dialled = await context.dial(address, port, { timeoutMs });
  if (!dialled.ok) return undefined;
  const { socket } = dialled;
  if (say !== undefined) socket.write(say);
  const { bytes } = await readBytes(socket, { ...options, deadline: context.deadline });
  socket.destroy();
  return bytes;
}
