/** Where this tool keeps what is needed after a run, by the XDG Base Directory Specification (on Windows: the user's own). */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

function directory(env: Environment, name: 'XDG_CONFIG_HOME' | 'XDG_STATE_HOME', fallback: string): string {
  const given = env[name];
  // "All paths set in these environment variables must be absolute; a relative one is to be ignored."
  if (given !== undefined && isAbsolute(given)) return join(given, 'inbound-check');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'inbound-check');
  return join(env.HOME ?? homedir(), fallback, 'inbound-check');
}

/** The signing key. */
export const configDirectory = (env: Environment): string => directory(env, 'XDG_CONFIG_HOME', '.config');

/** The history of endpoints. */
export const stateDirectory = (env: Environment): string =>
  directory(env, 'XDG_STATE_HOME', join('.local', 'state'));
