import { quote } from '../../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { plainAddress } from '../../../net/address-ranges.ts';
import { addressScope } from '../../../net/guard.ts';

export interface ListenAddress {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** `127.0.0.1:8025`, `[::1]:8025`, `localhost:8025`, `0.0.0.0:443`. */
export function parseListen(text: string): ParseResult<ListenAddress> {
  const [, host = '', digits = ''] = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535)
    return inputError(`--listen: expected an address and a port, as 127.0.0.1:8025, not ${quote(text)}`);
  if (host === 'localhost') return parsed({ address: '127.0.0.1', port });
  const address = plainAddress(host.replace(/^\[(.+)\]$/, '$1'));
  return address === undefined
    ? inputError(
        `--listen: ${quote(host)} is no address of a network interface: give it as 192.0.2.7 or [2001:db8::7]`,
      )
    : parsed({ address, port });
}

/** Whether nobody but this machine can connect there. */
export const isLoopback = (address: string): boolean => addressScope(address) === 'loopback';
