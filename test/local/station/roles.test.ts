/** Every operation of the API with every role, over HTTP: who gets past the door, and who does not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StationServer, startServer } from '../../../lib/local/station/http/server.ts';
import { refused } from '../../../lib/service/api/handler.ts';
import { contracts } from '../../../lib/service/api/operations.ts';
import { ROLES, type Role } from '../../../lib/service/api/roles.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';

/** What each role may do apart from reading: written out, so that a new operation has to be thought about. */
const MORE: Readonly<Record<Role, readonly string[]>> = {
  reader: [],
  support: ['acknowledgeAlert', 'createShare', 'joinListener', 'readBackRun', 'revokeShare', 'validate'],
  operator: [
    'acknowledgeAlert',
    'createShare',
    'joinListener',
    'pauseSchedule',
    'putTarget',
    'putVantage',
    'putWebhook',
    'readBackRun',
    'removeMaintenance',
    'removeSchedule',
    'removeTarget',
    'removeVantage',
    'removeWebhook',
    'resumeFleet',
    'resumeSchedule',
    'revokeShare',
    'setMaintenance',
    'setSchedule',
    'startRun',
    'stopFleet',
    'stopRun',
    'testWebhook',
    'validate',
    'verifyTarget',
    'vouchForTarget',
    'withdrawVouch',
  ],
};

let server: StationServer;
const reached: string[] = [];
beforeAll(async () => {
  server = await startServer(
    { address: '127.0.0.1', port: 0 },
    {
      // Without schemas, so that nothing but the role decides.
      routes: contracts.map(({ params: _, query: __, body: ___, ...contract }) => ({
        contract,
        handle: async () => {
          reached.push(contract.id);
          return refused('conflict', 'reached');
        },
      })),
      tokenOwner: (token) => {
        const role = ROLES.find((one) => one === token);
        return role && { name: 'ada', role };
      },
      trouble: () => undefined,
      telemetry: memoryTelemetry(),
    },
  );
});
afterAll(() => server.close());

/** The statuses of all operations, asked with these headers; the parameters of a path are left as they are written. */
async function askAll(headers: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, number>> {
  const statuses = new Map<string, number>();
  for (const { id, method, path } of contracts) {
    const response = await fetch(new URL(path, server.url), { method, headers });
    await response.text();
    statuses.set(id, response.status);
  }
  return statuses;
}

describe('the roles of tokens', () => {
  it.each(ROLES)('%s may read everything, and do what is its own', async (role) => {
    const statuses = await askAll({ authorization: `Bearer ${role}` });
    const kept = contracts.filter(({ id }) => statuses.get(id) === 403).map(({ id }) => id);
    const writes = contracts.filter(({ method }) => method !== 'GET').map(({ id }) => id);
    expect(writes.filter((id) => !kept.includes(id)).sort()).toEqual(MORE[role]);
    expect(kept.filter((id) => !writes.includes(id))).toEqual([]);
  });

  it('nobody without a token reaches anything', async () => {
    reached.length = 0;
    const statuses = await askAll({});
    expect(new Set(statuses.values())).toEqual(new Set([401]));
    expect(reached).toEqual([]);
  });
});
