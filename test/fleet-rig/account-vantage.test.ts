/** A vantage in another account: the dispatcher assumes the role there and calls the prober with its credentials. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { ACCOUNT } from './account.ts';
import { readAssembly, synthesize } from './assembly.ts';
import { type Rig, startRig } from './rig.ts';
import { reportOf } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const OTHER = '210987654321';
const VANTAGE = 'eu-west-1-partner';
const ROLE = `arn:aws:iam::${OTHER}:role/inbound-check-invoke-${VANTAGE}`;
const PROBER = `arn:aws:lambda:eu-west-1:${OTHER}:function:inbound-check-prober-${VANTAGE}`;

const folder = mkdtempSync(join(tmpdir(), 'account-vantage-'));
let rig: Rig;
let server: TcpServer;

beforeAll(async () => {
  await synthesize(folder, {
    vantageRegions: ['eu-central-1', 'eu-west-1'],
    homeAccount: ACCOUNT,
    accountVantages: [{ name: 'partner', account: OTHER, region: 'eu-west-1', externalId: 'reachability-7' }],
  });
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(folder), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
});
afterEach(() => {
  rig.sts.intercept = () => undefined;
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const run = (runId: string) =>
  rig.start(
    'check',
    runId,
    request(runId, [{ name: runId, check: [`tcp://127.0.0.1:${server.port}`] }], {
      settings: { confirm: '0' },
    }),
  );

describe('a vantage in another account', () => {
  // First, as nobody has credentials of the role yet.
  it('is missing when its account does not let the role be assumed, and the others are reported', async () => {
    rig.sts.intercept = () => ({
      status: 403,
      headers: { 'content-type': 'text/xml' },
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>',
    });
    expect((await run('denied')).status).toBe('SUCCEEDED');
    const { vantages } = await reportOf(rig, 'denied');
    expect(vantages.filter(({ unavailable }) => unavailable !== undefined)).toMatchObject([
      { id: VANTAGE, unavailable: expect.stringMatching(/^ProberMissing: .*AccessDenied.*sts:AssumeRole/) },
    ]);
  });

  it('is asked by the role that trusts the dispatcher, with the external id, and by no key of the home account', async () => {
    expect((await run('asked')).status).toBe('SUCCEEDED');
    const { vantages, endpoints } = await reportOf(rig, 'asked');
    expect(vantages.map(({ id, unavailable }) => [id, unavailable])).toEqual([
      ['eu-central-1', undefined],
      ['eu-west-1', undefined],
      [VANTAGE, undefined],
    ]);
    expect(endpoints[0]?.observations.map(({ vantage, state }) => [vantage, state])).toContainEqual([
      VANTAGE,
      'open',
    ]);
    const assumed = rig.sts.record.filter(({ status }) => status === 200);
    const dispatcher = rig.deployment.functions.find(({ name }) => name === 'inbound-check-dispatcher');
    for (const { caller, resource, body } of assumed) {
      expect([caller, resource]).toEqual([dispatcher?.principal.accessKeyId, ROLE]);
      expect(new URLSearchParams(body).get('ExternalId')).toBe('reachability-7');
    }
    expect(assumed.length).toBeGreaterThan(0);
    expect(rig.lambda.calls.map((call) => call.function.arn)).toContain(PROBER);
    // Without the role it could not: it has no right to a function of another account.
    const rights = dispatcher?.principal.rights.flatMap(({ resources }) => resources) ?? [];
    expect(rights).toContain(ROLE);
    expect(rights.join()).not.toContain(`lambda:eu-west-1:${OTHER}`);
  });
});
