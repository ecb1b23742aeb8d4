/** The clients of this machine, asked one by one whether they accept a TLS server. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { ClientId } from '../../../lib/kinds/connection/clients.ts';
import type { Site } from './site.ts';

const run = promisify(execFile);
/** Bounds what hangs, ms; an answer may take ten times as long on a busy machine. */
const PATIENCE_MS = 120_000;

/** Clients that are asked here; their packages are in .ci/run. */
export type LocalClient = Extract<ClientId, 'chromium' | 'firefox' | 'curl' | 'openssl' | 'gnutls' | 'java'>;

/** `accepted`, or the client's own words for its refusal. */
export type Answer = string;
export const ACCEPTED = 'accepted';

/** Asks all sites; @param roots PEM of the only roots; @param folder an empty folder that belongs to this client */
export type Judge = (sites: readonly Site[], roots: string, folder: string) => Promise<Answer[]>;

/** NSS keeps trusted roots in a database: Chromium's in the home folder, Firefox's in the profile. */
async function trustInNss(database: string, roots: string): Promise<void> {
  await mkdir(database, { recursive: true });
  await run('certutil', ['-N', '-d', `sql:${database}`, '--empty-password']);
  const pems = roots.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  for (const [index, pem] of pems.entries()) {
    const file = join(database, `root${index}.pem`);
    await writeFile(file, pem);
    // A root that NSS itself refuses (a key it does not know) is simply not trusted.
    await run('certutil', [
      '-A',
      '-d',
      `sql:${database}`,
      '-t',
      'C,,',
      '-n',
      `root ${index}`,
      '-i',
      file,
    ]).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw error;
    });
  }
}

const askChromium: Judge = async (sites, roots, folder) => {
  await trustInNss(join(folder, '.pki', 'nssdb'), roots);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    timeout: PATIENCE_MS,
    env: { ...process.env, HOME: folder },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * 127.0.0.1',
    ],
  });
  try {
    const answers: Answer[] = [];
    for (const { host, port } of sites) {
      const page = await browser.newPage();
      const answer = await page.goto(`https://${host}:${port}/`, { timeout: PATIENCE_MS }).then(
        () => ACCEPTED,
        (error: Error) => /net::(\w+)/.exec(error.message)?.[1] ?? error.message,
      );
      answers.push(answer);
      await page.close();
    }
    return answers;
  } finally {
    await browser.close();
  }
};

const FIREFOX_PREFERENCES = {
  'network.dns.forceResolve': '127.0.0.1',
  'browser.shell.checkDefaultBrowser': false,
  'browser.tabs.loadInBackground': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.aboutwelcome.enabled': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'security.OCSP.enabled': 1,
  'network.http.speculative-parallel-limit': 0,
  'services.settings.server': 'data:,',
  'browser.region.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
};

/** Firefox says nothing on its command line: what counts is whether a request came through. */
const askFirefox: Judge = async (sites, roots, folder) => {
  await trustInNss(folder, roots);
  const lines = Object.entries(FIREFOX_PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(folder, 'user.js'), lines.join('\n'));
  const urls = sites.map(({ host, port }) => `https://${host}:${port}/`);
  const firefox = spawn('firefox-esr', ['--headless', '--no-remote', '--profile', folder, ...urls], {
    env: { ...process.env, HOME: folder, MOZ_CRASHREPORTER_DISABLE: '1' },
    stdio: 'ignore',
  });
  const ended = once(firefox, 'exit');
  const timer = setTimeout(() => firefox.kill('SIGKILL'), 2 * PATIENCE_MS);
  await Promise.race([ended, Promise.all(sites.map(({ settled }) => settled))]);
  // A connection that ended may be a first try of several.
  await Promise.race([ended, setTimeoutPromise(10_000)]);
  clearTimeout(timer);
  firefox.kill('SIGKILL');
  if (firefox.exitCode === null && firefox.signalCode === null) await ended;
  return sites.map((site) => (site.asked() ? ACCEPTED : 'no request came'));
};

async function command(file: string, args: readonly string[], input = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      { timeout: PATIENCE_MS, encoding: 'latin1' },
      (error, stdout, stderr) => {
        if (!error) return resolve(ACCEPTED);
        if (error.code === 'ENOENT') return reject(error);
        resolve(`${stderr}${stdout}`.trim().split('\n').slice(-12).join(' | ').slice(-700) || error.message);
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

async function oneByOne(sites: readonly Site[], ask: (site: Site) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const site of sites) answers.push(await ask(site));
  return answers;
}

async function rootsFile(folder: string, roots: string): Promise<string> {
  const file = join(folder, 'roots.pem');
  await writeFile(file, roots);
  return file;
}

const askCurl: Judge = async (sites, roots, folder) => {
  const file = await rootsFile(folder, roots);
  return oneByOne(sites, ({ host, port }) =>
    command('curl', [
      ...['-sS', '-o', join(folder, 'page'), '--max-time', '100', '--noproxy', '*', '--cacert', file],
      ...['--cert-status'].slice(1),
      ...['--connect-to', `::127.0.0.1:${port}`, `https://${host}:${port}/`],
    ]),
  );
};

const askOpenssl: Judge = async (sites, roots, folder) => {
  const file = await rootsFile(folder, roots);
  return oneByOne(sites, ({ host, port }) =>
    command(
      'openssl',
      [
        ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', host, '-verify_hostname', host],
        ...['-CAfile', file, '-no-CApath', '-no-CAstore', '-verify_return_error'],
      ],
      'Q\n',
    ),
  );
};

const askGnutls: Judge = async (sites, roots, folder) => {
  const file = await rootsFile(folder, roots);
  return oneByOne(sites, ({ host, port }) =>
    command('gnutls-cli', [
      ...['--port', String(port), '--x509cafile', file, '--verify-hostname', host, '--sni-hostname', host],
      '127.0.0.1',
    ]),
  );
};

const JAVA_SOURCE = `
import java.io.*; import java.net.*; import java.nio.file.*; import java.security.*; import java.security.cert.*;
import javax.net.ssl.*;
public class Ask {
  public static void main(String[] args) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    int n = 0;
    for (String pem : Files.readString(Path.of(args[0])).split("(?=-----BEGIN)")) {
      try {
        InputStream in = new ByteArrayInputStream(pem.getBytes());
        store.setCertificateEntry("root" + n++, CertificateFactory.getInstance("X.509").generateCertificate(in));
      } catch (CertificateException e) {
        // A root that Java cannot read is simply not trusted.
      }
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    for (int i = 1; i < args.length; i++) {
      String[] at = args[i].split("@");
      String answer = "accepted";
      try (Socket plain = new Socket("127.0.0.1", Integer.parseInt(at[1]));
           SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, at[0], Integer.parseInt(at[1]), true)) {
        socket.setSoTimeout(100000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket.getOutputStream().write("GET / HTTP/1.1\\r\\n\\r\\n".getBytes());
        socket.getInputStream().read();
      } catch (Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) cause = cause.getCause();
        answer = (e + " / " + cause).replace('\\n', ' ');
      }
      System.out.println(answer);
    }
  }
}
`;

const askJava: Judge = async (sites, roots, folder) => {
  const file = await rootsFile(folder, roots);
  const source = join(folder, 'Ask.java');
  await writeFile(source, JAVA_SOURCE);
  const at = sites.map(({ host, port }) => `${host}@${port}`);
  const { stdout } = await run('java', [source, file, ...at], { timeout: 3 * PATIENCE_MS });
  return stdout.trimEnd().split('\n');
};

export const JUDGES: Readonly<Record<LocalClient, Judge>> = {
  chromium: askChromium,
  firefox: askFirefox,
  curl: askCurl,
  openssl: askOpenssl,
  gnutls: askGnutls,
  java: askJava,
};
