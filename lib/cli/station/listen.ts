import { quote } from '../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';

export interface ListenAddress {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** `127.0.0.1:8025`, `[::1]:8025`, `localhost:8025`; nothing that another machine could reach. */
export function parseListen(text: string): ParseResult<ListenAddress> {
  const [, host = '', digits = ''] = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535)
    return inputError(`--listen: expected an address and a port, as 127.0.0.1:8025, not ${quote(text)}`);
  if (host === 'localhost' || host === '127.0.0.1') return parsed({ address: '127.0.0.1', port });
  if (host === '[::1]') return parsed({ address: '::1', port });
  return inputError(
    `--listen: ${quote(host)} is not of this machine alone: the station listens on 127.0.0.1 or [::1], as it has no TLS yet`,
  );
}
