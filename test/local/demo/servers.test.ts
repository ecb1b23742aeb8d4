import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startPlainSmtp } from '../../../lib/local/demo/servers.ts';

it('a client that resets in the middle of a line does not end the process of a mail server', async () => {
  const server = await startPlainSmtp('mail.example.com');
  const client = connect(server.port, '127.0.0.1');
  const [greeting] = (await once(client, 'data')) as [Buffer];
  expect(greeting.toString()).toBe('220 mail.example.com ESMTP\r\n');
  await new Promise((resolve) => client.write('EHLO', resolve));
  client.resetAndDestroy();
  // Closed only when all its connections are; an error that nobody handles would fail the run.
  await server.close();
});
