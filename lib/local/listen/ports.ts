/** Which ports a listener opens, and what each speaks. */

import { parsePort } from '../../input/request/quantities.ts';
import { quote } from '../../input/request/quote.ts';
import { PORT_ROLES, type PortRole } from '../../kinds/listener/listener-log.ts';
import { usualRole } from '../../kinds/listener/usual-role.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';

export interface WantedPort {
  /** 0: any free one, for tests. */
  readonly port: number;
  readonly role: PortRole;
}

/** As many as a firewall request for one host has, and far more. */
export const MAX_PORTS = 32;

/** `80,443,25`; `8025/smtp` names what a port speaks that is not known by its number. */
export function parseListenPorts(text: string): ParseResult<readonly WantedPort[]> {
  const wanted = new Map<number, WantedPort>();
  for (const part of text.split(',')) {
    const [number = '', named, more] = part.trim().split('/');
    const port = parsePort(number);
    if (!port.ok) return inputError(`--ports: ${port.message}`);
    const role = PORT_ROLES.find((one) => one === (named ?? usualRole(port.value)));
    if (role === undefined || more !== undefined)
      return inputError(
        `--ports: ${quote(part.trim())}: after a port may stand ${PORT_ROLES.map((one) => `/${one}`).join(', ')}`,
      );
    if (wanted.has(port.value)) return inputError(`--ports: ${port.value} is there twice`);
    wanted.set(port.value, { port: port.value, role });
  }
  return wanted.size <= MAX_PORTS
    ? parsed([...wanted.values()])
    : inputError(`--ports: ${MAX_PORTS} ports at most, not ${wanted.size}`);
}
