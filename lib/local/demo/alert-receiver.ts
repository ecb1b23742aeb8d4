import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ChangeEvent } from '../../model/change-event.ts';
import { parseJson } from '../../model/parse-json.ts';
import { readBody } from '../station/http/request-body.ts';
import { startHttp } from './servers.ts';

export interface AlertReceiver {
  /** Nobody else knows it, so what arrives there is the station's. */
  readonly url: string;
  close(): Promise<void>;
}

/** A webhook receiver on loopback, as a customer's own chat or ticket system would have one. */
export async function startAlertReceiver(arrived: (change: ChangeEvent) => void): Promise<AlertReceiver> {
  const path = `/${randomBytes(16).toString('hex')}`;
  const answer = async (request: IncomingMessage): Promise<number> => {
    if (request.url !== path) return 404;
    const body = await readBody(request);
    const change = ChangeEvent.safeParse(body === 'too-large' ? undefined : parseJson(body.text));
    if (!change.success) return 400;
    arrived(change.data);
    return 204;
  };
  const receiver = await startHttp((request: IncomingMessage, response: ServerResponse) => {
    answer(request).then(
      (status) => response.writeHead(status, { connection: 'close' }).end(),
      () => response.destroy(),
    );
  });
  return { url: `http://127.0.0.1:${receiver.port}${path}`, close: receiver.close };
}
