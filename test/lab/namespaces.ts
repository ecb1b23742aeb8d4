/** Network namespaces of one run: made under a prefix with its pid, and removed whatever happens. */
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'iclab';
const NETNS_ETC = '/etc/netns';
/** Milliseconds after which a command hangs: no measure of speed. */
const HANGS_MS = 300_000;

/** `iclab-PID-NAME`. */
export const namespaceName = (name: string): string => `${PREFIX}-${process.pid}-${name}`;

/** Why there can be no laboratory here, or `undefined`. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const [command, ...args] of [
    ['ip', '-V'],
    ['nft', '--version'],
    ['dnsmasq', '--version'],
  ] as const) {
    if (spawnSync(command, args).error) return `${command} is not installed`;
  }
  const probe = `${PREFIX}-${process.pid}-probe`;
  const made = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' });
  if (made.status !== 0) return `no network namespace can be made: ${made.stderr.trim()}`;
  const table = spawnSync('ip', ['netns', 'exec', probe, 'nft', 'add', 'table', 'inet', 'probe'], {
    encoding: 'utf8',
  });
  spawnSync('ip', ['netns', 'del', probe]);
  return table.status === 0 ? undefined : `nft does not work here: ${table.stderr.trim()}`;
}

/** Runs a command to its end; rejects with what it said when it fails. */
export function command(name: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(name, args, { timeout: HANGS_MS }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${name} ${args.join(' ')}: ${stderr.trim() || error.message}`));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/**
 * `ip` commands, one a line, run in one process of the namespace. The first that fails is named.
 *
 * @param lines without the leading `ip`
 */
export const ipBatch = (namespace: string, lines: readonly string[]): Promise<string> =>
  lines.length === 0
    ? Promise.resolve('')
    : command('ip', ['-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`);

/** Sets kernel parameters of a namespace: path below /proc/sys → value. */
export const setKernel = (namespace: string, values: Readonly<Record<string, string>>): Promise<string> =>
  command(
    'ip',
    ['netns', 'exec', namespace, 'sh', '-e'],
    Object.entries(values)
      .map(([path, value]) => `echo ${value} > /proc/sys/${path}`)
      .join('\n'),
  );

/** Adds a namespace whose programs resolve names by `resolvers` (`ip netns exec` mounts /etc/netns/NAME/resolv.conf). */
export async function addNamespace(namespace: string, resolvers: readonly string[]): Promise<void> {
  mkdirSync(`${NETNS_ETC}/${namespace}`, { recursive: true });
  writeFileSync(
    `${NETNS_ETC}/${namespace}/resolv.conf`,
    resolvers.map((address) => `nameserver ${address}\n`).join(''),
  );
  await command('ip', ['netns', 'add', namespace]);
  await ipBatch(namespace, ['link set lo up']);
}

/** A folder of this run, for configurations and spools; readable by the servers' own users. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}-${process.pid}-`));
  chmodSync(directory, 0o755);
  return directory;
}

/** Removes this run's namespaces and folder, and what runs in them. Synchronous: the last thing that a process does. */
export const removeOwnNamespaces = (): void => removeOf((pid) => pid === String(process.pid));

/** Removes what runs left behind that were killed before they could clean up. */
export const removeLeftovers = (): void => removeOf((pid) => pid !== String(process.pid) && !isRunning(pid));

function removeOf(isMeant: (pid: string) => boolean): void {
  const meant = (name: string): boolean => {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    return pid !== undefined && isMeant(pid);
  };
  remove([...new Set([...list('/run/netns'), ...list(NETNS_ETC)].filter(meant))]);
  for (const name of list(tmpdir()).filter(meant))
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

/** A pid may have been given to another process since. */
function isRunning(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
  } catch {
    return false;
  }
}

const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function remove(namespaces: readonly string[]): void {
  for (const namespace of namespaces) {
    const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
    for (const pid of (stdout ?? '').split('\n').filter((line) => line !== '')) kill(Number(pid));
    spawnSync('ip', ['netns', 'del', namespace]);
    rmSync(`${NETNS_ETC}/${namespace}`, { recursive: true, force: true });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
