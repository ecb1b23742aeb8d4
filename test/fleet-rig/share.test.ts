/** Links to reports of the deployed fleet: made by the command line, opened as a browser opens them, ended. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import { CreatedShare, ListedShare } from '../../lib/service/contracts/shares.ts';
import { newToken } from '../../lib/service/state/share-token.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { type SmtpScript, serveSmtp } from '../servers/smtp-script.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { jsonError } from './loopback-server.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { readObject, signingKeyId } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const RECIPIENT = 'jane.doe@customer.example';
const folder = mkdtempSync(join(tmpdir(), 'fleet-rig-share-'));
let rig: Rig;
let mail: SmtpScript;
let other: TcpServer;

beforeAll(async () => {
  buildOnce();
  [rig, mail, other] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveSmtp([
      { say: '220 mx.customer.example ESMTP' },
      { on: /^EHLO/, say: '250 mx.customer.example' },
      { on: /^MAIL/, say: '250 2.1.0 Ok' },
      { on: /^RCPT/, say: `550 5.1.1 <${RECIPIENT}>: Jane Doe is unknown here` },
    ]),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  const portal = {
    name: 'Portal',
    check: [{ uri: `smtp://127.0.0.1:${mail.port}`, assertions: { recipient: RECIPIENT } }],
  };
  const second = { name: 'Warehouse', check: [`tcp://127.0.0.1:${other.port}`] };
  const run = await rig.start(
    'check',
    'shared',
    request('shared', [portal, second], { settings: { confirm: '0' } }),
  );
  expect(run.status).toBe('SUCCEEDED');
});
afterAll(async () => {
  await Promise.all([rig?.stop(), mail?.close(), other?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const cli = (who: OperatorName, ...args: string[]) => runCli(args, { env: operatorEnvironment(rig, who) });

async function share(...options: string[]): Promise<CreatedShare & { readonly token: string }> {
  const { status, stdout, stderr } = await cli(
    'support',
    'share',
    'create',
    'shared',
    '--format',
    'json',
    ...options,
  );
  expect([status, stderr]).toEqual([0, '']);
  const made = CreatedShare.parse(JSON.parse(stdout));
  return { ...made, token: new URL(made.url).pathname.slice('/s/'.length) };
}

interface Opened {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Every byte of an answer but the clock of the server that takes the place of CloudFront. */
function open(url: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<Opened> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const { date: _date, ...rest } = incoming.headers;
        resolve({ status: incoming.statusCode, headers: rest, body: Buffer.concat(chunks).toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

const at = (path: string): string => `${rig.linksUrl}${path}`;

describe('the reports of the fleet', () => {
  it('are signed by its key in KMS, and inbound-check verify says so', async () => {
    for (const form of ['html', 'json']) {
      const file = join(folder, `report.${form}`);
      writeFileSync(file, await readObject(rig, `runs/shared/0/report.${form}`));
      const { status, stdout } = await runCli(['verify', '--key', signingKeyId(rig), file]);
      expect(status).toBe(0);
      expect(stdout).toContain('the one that --key names');
    }
  });

  it('cost two signatures for each target, one for each language of its page, by the one function that may sign', () => {
    const signed = rig.kms.record.filter(({ action }) => action === 'kms:Sign');
    expect(signed).toHaveLength(4);
    const roles = rig.deployment.functions
      .filter(({ principal }) => signed.some(({ caller }) => caller === principal.accessKeyId))
      .map(({ name }) => name);
    expect(roles).toEqual(['inbound-check-report']);
  });

  it('are written without a signature when the key is out of reach, and somebody hears of it', async () => {
    rig.kms.intercept = ({ action }) =>
      action === 'kms:Sign' ? jsonError(400, 'DisabledException', 'the key is disabled') : undefined;
    const target = { name: 'Warehouse', check: [`tcp://127.0.0.1:${other.port}`] };
    const run = await rig.start('check', 'unsigned', request('unsigned', [target]));
    rig.kms.intercept = () => undefined;
    expect(run).toMatchObject({ status: 'SUCCEEDED', retried: [] });
    const page = await readObject(rig, 'runs/unsigned/0/report.html');
    expect(page).toContain('This page is not signed.');
    const lines = rig.lambda.logs.map(({ line }) => line);
    expect(
      lines.filter((line) => line.includes('the key is disabled') && line.includes('unsigned')),
    ).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"RunsNotSigned":1'))).toHaveLength(1);
  });
});

describe('a link', () => {
  it('leads to the signed page and, with it, to its data', async () => {
    const { url, token, target, createdBy } = await share('--target', 'Portal');
    expect([target, createdBy]).toEqual(['Portal', rig.operators.support.arn]);
    expect(url).toBe(at(`/s/${token}`));
    const page = await open(url);
    expect(page).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex, nofollow, noarchive',
        'referrer-policy': 'no-referrer',
      },
    });
    expect(page.body).toBe(await readObject(rig, 'runs/shared/0/report.html'));
    const data = await open(`${url}.json`);
    expect(verifyReport(data.body)).toMatchObject({
      outcome: 'intact',
      form: 'json',
      signature: { keyId: signingKeyId(rig) },
    });
    expect(data.body).toContain(RECIPIENT);
  });

  it('goes zipped to a browser, and to HEAD without a body', async () => {
    const { url } = await share('--target', 'Portal');
    const response = await fetch(url, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe(await readObject(rig, 'runs/shared/0/report.html'));
    const head = await open(url, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'cache-control': 'no-store' } });
  });

  it('can be made without recipient, requester and other targets, in page and data, signed again', async () => {
    const { url, redacted } = await share('--target', 'Portal', '--redact');
    expect(redacted).toBe(true);
    const [page, data] = await Promise.all([open(url), open(`${url}.json`)]);
    const verified = verifyReport(page.body);
    if (verified.outcome !== 'intact') throw new Error(verified.outcome);
    expect(verified.signature.keyId).toBe(signingKeyId(rig));
    expect(verifyReport(data.body)).toMatchObject({ outcome: 'intact' });
    const report = Report.parse(JSON.parse(verified.json()));
    expect(report).toMatchObject({
      redacted: true,
      verdict: 'fail',
      endpoints: [{ cause: 'smtp.recipient-refused' }],
    });
    for (const secret of ['jane', 'Jane', 'rig@example.com', 'our own loopback', 'Warehouse'])
      for (const text of [page.body, data.body, verified.json()])
        expect(text.includes(secret), secret).toBe(false);
  });

  it('is printed alone, so that a script can take it', async () => {
    const { status, stdout, stderr } = await cli(
      'support',
      'share',
      'create',
      'shared',
      '--target',
      'Warehouse',
      '--days',
      '2',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/s\/[A-Za-z0-9_-]{43}\n$/);
    expect(stderr).toMatch(
      /^inbound-check: share [0-9a-f]{16}: the report of Warehouse until .* UTC; the link is shown only now\n$/,
    );
    expect(await open(stdout.trim())).toMatchObject({ status: 200 });
  });

  it.each([
    ['of no run', ['nothing'], 64, 'there is no run nothing'],
    ['of a target that the run has not', ['shared', '--target', 'Third'], 64, 'it has: Portal, Warehouse'],
    ['of one of two targets', ['shared'], 64, 'say which one'],
    ['for longer than a quarter', ['shared', '--days', '91'], 64, 'from 1 to 90'],
  ])('%s is not made', async (_what, args, status, says) => {
    const result = await cli('support', 'share', 'create', ...args);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toContain(says);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is not made by who may only read', async () => {
    const before = (await list()).length;
    const { status, stdout } = await cli('reader', 'share', 'create', 'shared', '--target', 'Portal');
    expect([status === 0, stdout]).toEqual([false, '']);
    expect(await list()).toHaveLength(before);
  });
});

async function list(): Promise<ListedShare[]> {
  const { status, stdout } = await cli('reader', 'share', 'list', '--format', 'json');
  expect(status).toBe(0);
  return ListedShare.array().parse(JSON.parse(stdout));
}

describe('a link that has ended', () => {
  it('answers to the byte as one that never was', async () => {
    const [revoked, expired, alive] = await Promise.all([
      share('--target', 'Portal'),
      share('--target', 'Portal'),
      share('--target', 'Portal'),
    ]);
    for (const { url } of [revoked, expired]) expect(await open(url)).toMatchObject({ status: 200 });
    const done = await cli('support', 'share', 'revoke', revoked.id);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toMatch(new RegExp(`^share ${revoked.id} of Portal is closed since .* UTC\n$`));
    const item = await rig.table.get(`SHARE#${expired.id}`, 'SHARE');
    await rig.table.put({
      ...item,
      pk: `SHARE#${expired.id}`,
      sk: 'SHARE',
      expiresAt: new Date().toISOString(),
    });
    const never = await open(at(`/s/${newToken()}`));
    expect(never).toMatchObject({ status: 404 });
    const asked = { 'accept-encoding': 'gzip', 'user-agent': 'Mozilla/5.0' };
    for (const url of [
      revoked.url,
      `${revoked.url}.json`,
      expired.url,
      `${expired.url}.json`,
      at('/s/short'),
      at(`/s/${revoked.id}`),
      at('/'),
    ])
      for (const headers of [{}, asked]) expect(await open(url, 'GET', headers), url).toEqual(never);
    expect(await open(revoked.url, 'HEAD')).toEqual(await open(at(`/s/${newToken()}`), 'HEAD'));
    // Ending one ends no other.
    expect(await open(alive.url)).toMatchObject({ status: 200 });
    const states = new Map((await list()).map(({ id, state }) => [id, state]));
    expect([revoked, expired, alive].map(({ id }) => states.get(id))).toEqual(['revoked', 'expired', 'open']);
  });

  it('is known to be none when it is closed by a wrong id', async () => {
    expect(await cli('support', 'share', 'revoke', '0123456789abcdef')).toMatchObject({
      status: 64,
      stdout: '',
    });
  });
});

describe('a report', () => {
  it('is reached by its link alone: neither the bucket nor another path gives it', async () => {
    const { id } = await share('--target', 'Portal');
    const key = `shares/${id}/report.html`;
    expect(await rig.s3.read(rig.bucket, key)).toContain('<!doctype html>');
    const never = await open(at('/s/nothing'));
    for (const path of [`/${key}`, '/runs/shared/0/report.html', `/s/../${key}`, `/${rig.bucket}/${key}`])
      expect(await open(at(path))).toEqual(never);
    expect(await open(`${rig.s3.url}/${rig.bucket}/${key}`)).toMatchObject({ status: 403 });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await open(at('/s/x'), method)).toMatchObject({ status: 403 });
  });

  it('is read by the function with no more than it needs: its share, and the copy', async () => {
    const { url } = await share('--target', 'Portal');
    const role = rig.deployment.functions.find(({ name }) => name === 'inbound-check-share')?.principal;
    const mine = <T extends { readonly caller: string | undefined }>(record: readonly T[]): T[] =>
      record.filter(({ caller }) => caller === role?.accessKeyId);
    const before = mine(rig.s3.record).length;
    await open(url);
    await open(at(`/s/${newToken()}`));
    expect(mine(rig.s3.record).slice(before)).toMatchObject([{ action: 's3:GetObject', status: 200 }]);
    expect(new Set(mine(rig.table.record).map(({ action }) => action))).toEqual(
      new Set(['dynamodb:GetItem']),
    );
    expect([...mine(rig.s3.record), ...mine(rig.table.record)].map(({ status }) => status)).not.toContain(
      403,
    );
  });
});

describe('a token', () => {
  it('is in no log, no item, no key and no object', async () => {
    const made = [await share('--target', 'Portal'), await share('--target', 'Warehouse', '--redact')];
    for (const { url } of made) await open(url);
    await open(at(`/s/${made[0]?.token}/more`));
    const keys = await rig.s3.keys(rig.bucket, 'shares/');
    const objects = await Promise.all(keys.map((key) => rig.s3.read(rig.bucket, key)));
    const items = await Promise.all((await list()).map(({ id }) => rig.table.all(`SHARE#${id}`)));
    const kept = JSON.stringify([
      rig.lambda.logs,
      keys,
      objects,
      items,
      [rig.s3.record, rig.table.record, rig.kms.record, rig.bus.events],
    ]);
    expect(items.flat().length).toBeGreaterThan(4);
    expect(kept).toContain('link opened');
    for (const { token, id } of made) {
      expect(kept).toContain(id);
      expect(kept).not.toContain(token);
      expect(kept).not.toContain(token.slice(0, 16));
    }
  });
});

const post = (url: string, headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' }) =>
  open(url, 'POST', headers);

describe('a link that may check again', () => {
  let runId: string;
  beforeAll(async () => {
    const uri = `tcp://127.0.0.1:${other.port}`;
    const quick = ['--no-default-controls', '--confirm', '0', '--no-share'];
    expect(await cli('support', 'validate', uri, '--ticket', 'T-1', ...quick)).toMatchObject({ status: 0 });
    runId = rig.states.started().at(-1) ?? '';
  });
  const again = async (runs: string) => {
    const { status, stdout, stderr } = await cli(
      'support',
      'share',
      'create',
      runId,
      '--redact',
      '--check-again',
      runs,
      '--format',
      'json',
    );
    expect([status, stderr]).toEqual([0, '']);
    const made = CreatedShare.parse(JSON.parse(stdout));
    const action = /action="([^"]+)"/.exec((await open(`${made.url}/again`)).body)?.[1] ?? '';
    return { ...made, token: new URL(made.url).pathname.slice('/s/'.length), action };
  };
  const started = () => rig.states.started().length;

  it('is pressed by somebody without credentials: looks start nothing, a confirmed form one run, redacted and signed', async () => {
    const { url, id, token, action, checkAgain } = await again('1');
    expect(checkAgain).toEqual({ runs: 1, everyMinutes: 2 });
    const before = started();
    for (let look = 0; look < 20; look += 1)
      for (const path of ['', '/again'])
        expect(await open(`${url}${path}`, look % 2 === 0 ? 'GET' : 'HEAD')).toMatchObject({ status: 200 });
    expect((await open(at(action))).status).toBe(200);
    expect((await post(at(action), {})).status).toBe(403);
    expect(started()).toBe(before);

    expect(await post(at(action))).toMatchObject({ status: 303, headers: { location: `/s/${token}` } });
    expect(started()).toBe(before + 1);
    await rig.states.ended(rig.states.started().at(-1) ?? '');
    const page = (await open(url)).body;
    expect(page).toContain('Before and now');
    expect(page).toContain('This link has no check left');
    const verified = verifyReport((await open(`${url}/1`)).body);
    if (verified.outcome !== 'intact') throw new Error(verified.outcome);
    expect(verified.signature.keyId).toBe(signingKeyId(rig));
    const report = Report.parse(JSON.parse(verified.json()));
    expect(report).toMatchObject({ redacted: true, endpoints: [{ target: '127.0.0.1', verdict: 'pass' }] });
    expect(verified.json()).not.toContain('T-1');
    const run = await rig.table.get(`RUN#${report.id}`, 'RUN');
    expect(run).toMatchObject({ requestedBy: `link:${id}` });
    expect((await post(at(action))).body).toContain('This link has no check left');
    expect((await list()).find((one) => one.id === id)?.checkAgain).toEqual({
      runs: 1,
      everyMinutes: 2,
      used: 1,
    });
    // The function that everybody reaches started nothing, wrote nothing and signed nothing.
    const role = (name: string) =>
      rig.deployment.functions.find((one) => one.name === name)?.principal.accessKeyId;
    const callers = rig.kms.record
      .filter(({ action: what }) => what === 'kms:Sign')
      .map(({ caller }) => caller);
    expect(callers).toContain(role('inbound-check-again'));
    expect(callers).not.toContain(role('inbound-check-share'));
  });

  it('answers a form as one that never was when it is closed, also during the run that it started', async () => {
    const { url, id, action } = await again('3');
    expect((await post(at(action))).status).toBe(303);
    await cli('support', 'share', 'revoke', id);
    const never = `/s/${newToken()}`;
    for (const path of ['', '/again', '/0', '/1', '.json'])
      expect(await open(url + path)).toEqual(await open(at(never + path)));
    expect(await post(at(action))).toEqual(await post(at(`${never}/again`)));
    expect(await post(at(action))).toMatchObject({ status: 404 });
  });

  it('starts nothing while the fleet is stopped, and says what to do', async () => {
    const { action } = await again('3');
    const before = started();
    expect(await cli('operator', 'fleet', 'stop', '--reason', 'a test')).toMatchObject({ status: 0 });
    const refused = await post(at(action));
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.body).toContain('All checks are stopped at the moment');
    expect(await cli('operator', 'fleet', 'resume')).toMatchObject({ status: 0 });
    expect(started()).toBe(before);
  });

  it('takes no body: CloudFront signs an empty one, and Lambda refuses another', async () => {
    const { url } = await again('1');
    const answer = await fetch(`${url}/again`, {
      method: 'POST',
      body: 'form=1',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('signature');
  });
});

describe('a link that asks an office', () => {
  let runId: string;
  let endpoint: string;
  const ask = async () => {
    const json = ['--attempts', '2', '--format', 'json'];
    const asked = await cli('support', 'share', 'create', runId, '--office', endpoint, ...json);
    expect([asked.status, asked.stderr]).toEqual([0, '']);
    const made = CreatedShare.parse(JSON.parse(asked.stdout));
    const page = (await open(made.url)).body;
    const action = /formaction="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    return { ...made, page, action };
  };
  beforeAll(async () => {
    endpoint = `tcp://127.0.0.1:${other.port}`;
    const quick = ['--no-default-controls', '--confirm', '0', '--no-share'];
    await cli('support', 'validate', endpoint, '--ticket', 'T-2', ...quick);
    runId = rig.states.started().at(-1) ?? '';
  });

  it('shows the address that CloudFront saw, takes a told outcome by its form alone, and has it with the run', async () => {
    const { url, page, action, id, office } = await ask();
    expect(new URL(url).pathname).toMatch(/^\/s\/[\w-]{43}\/office$/);
    expect(office).toEqual({ endpoint, attempts: 2, way: 'type' });
    expect(page).toContain('<dd><code>127.0.0.1</code>');
    expect(action).toMatch(/&saw=connected$/);
    for (let look = 0; look < 20; look += 1)
      expect(await open(at(action), look % 2 === 0 ? 'GET' : 'HEAD')).toMatchObject({ status: 200 });
    expect((await post(at(action), {})).status).toBe(403);
    expect(await rig.table.get(`OFFICE#${runId}`, id)).toBeUndefined();

    // Whatever a visitor says of where they are.
    const forged = { 'sec-fetch-site': 'same-origin', 'x-visitor-address': '192.0.2.66' };
    expect(await post(at(`${action}&place=Bern`), forged)).toMatchObject({ status: 303 });
    expect(await rig.table.get(`OFFICE#${runId}`, id)).toMatchObject({
      outcomes: [{ number: 1, saw: 'connected', address: '127.0.0.1', place: 'Bern' }],
      ttl: expect.any(Number),
    });
    const { stdout } = await cli('support', 'share', 'offices', runId);
    expect(stdout).toContain(`${endpoint}  Bern\n    `);
    expect(stdout).toContain('this office at 127.0.0.1 connected, says the visitor');
    expect((await list()).find((one) => one.id === id)?.office?.used).toBe(1);
    expect((await post(at(action))).status).toBe(303);
    expect((await post(at(action))).body).toContain('takes no more attempts');
  });

  it('answers as one that never was when it is closed', async () => {
    const { url, action, id } = await ask();
    await cli('support', 'share', 'revoke', id);
    const never = `/s/${newToken()}/office`;
    expect(await open(url)).toEqual(await open(at(never)));
    expect(await post(at(action))).toEqual(await post(at(never)));
    expect(await rig.table.get(`OFFICE#${runId}`, id)).toBeUndefined();
  });
});
