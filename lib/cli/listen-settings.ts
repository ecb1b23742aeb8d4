import { inputError, parsed } from '../model/input-error.ts';

export interface ListenOptions {
  readonly ports?: string;
  readonly for: string;
  readonly bind?: string;
  readonly health?: string;
  readonly log?: string;
  readonly pcap?: string;
  readonly block?: boolean;
  readonly code?: string;
  readonly newCode?: boolean;
  readonly print?: string;
  readonly source?: string[];
}

const DAY = 86_400_000;

/** Everything but the code and the log. */
export async function listenSettings({ ports, for: time, bind, health }: ListenOptions) {
  const { parseListenPorts } = await import('../local/listen/ports.ts');
  const { parseDuration } = await import('../input/request/quantities.ts');
  const { hostAddressOf, parseHealthPath } = await import('../local/listen/settings.ts');
  if (ports === undefined) return inputError('say which ports: --ports 80,443,25');
  const wanted = parseListenPorts(ports);
  if (!wanted.ok) return wanted;
  const forMs = parseDuration(time, 1_000, DAY);
  if (!forMs.ok) return inputError(`--for: ${forMs.message}`);
  const address = bind === undefined ? parsed(undefined) : hostAddressOf(bind);
  if (!address.ok) return address;
  const path = health === undefined ? parsed(undefined) : parseHealthPath(health);
  if (!path.ok) return path;
  return parsed({
    ports: wanted.value,
    forMs: forMs.value,
    ...(address.value !== undefined && { bind: address.value }),
    ...(path.value !== undefined && { health: path.value }),
  });
}
