import type { Socket } from 'node:net';
import { CONTROL } from '../address-plan.ts';
import { command } from '../namespaces.ts';
import type { Lab } from '../topology.ts';

/** Where every TCP port but 25 is redirected to. */
const EVERY_PORT = 7;

/** The control host: every TCP port connects, and 25 greets as a mail server. */
export async function serveControls({ control }: Pick<Lab, 'control'>): Promise<void> {
  await command('ip', ['netns', 'exec', control.namespace, 'nft', '-f', '-'], RULES);
  for (const address of [CONTROL.v4, CONTROL.v6]) {
    await control.listen(address, EVERY_PORT, (socket) => socket.resume());
    await control.listen(address, 25, greet);
  }
}

function greet(socket: Socket): void {
  socket.write(`220 ${CONTROL.host} ESMTP\r\n`);
  socket.on('data', () => socket.end(`221 ${CONTROL.host} closes\r\n`));
}

const RULES = `table inet control {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport != 25 redirect to :${EVERY_PORT}
  }
}
`;
