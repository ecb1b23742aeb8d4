import { spawnSync } from 'node:child_process';

const WANTED: readonly (readonly [
  name: string,
  command: string,
  args: readonly string[],
  pattern: RegExp,
])[] = [
  ['Linux', 'uname', ['-r'], /^(\d+\.\d+)/],
  ['Node', process.execPath, ['--version'], /v(\d+)/],
  ['nftables', 'nft', ['--version'], /v([\d.]+)/],
  ['dnsmasq', 'dnsmasq', ['--version'], /version ([\d.]+)/],
  ['nginx', 'nginx', ['-v'], /nginx\/([\d.]+)/],
  ['Postfix', 'postconf', ['-d', 'mail_version'], /= ([\d.]+)/],
  ['OpenSSH', 'sshd', ['-V'], /OpenSSH_([\w.]+)/],
  ['HAProxy', 'haproxy', ['-v'], /version ([\d.]+)/],
  ['stunnel', 'stunnel4', ['-version'], /stunnel ([\d.]+)/],
  ['OpenSSL', 'openssl', ['version'], /OpenSSL ([\d.]+)/],
];

/** Versions of what the laboratory is made of, as far as it is installed. */
export function softwareVersions(): Map<string, string> {
  return new Map(
    WANTED.flatMap(([name, command, args, pattern]) => {
      const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
      const version = error ? undefined : pattern.exec(`${stdout}\n${stderr}`)?.[1];
      return version === undefined ? [] : [[name, version]];
    }),
  );
}
