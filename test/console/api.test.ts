import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/console/api/api.ts';
import { places } from '../../lib/console/api/operations.ts';
import type { ConsoleAnswer, ConsoleRequest } from '../../lib/console/api/transport.ts';
import { contracts } from '../../lib/service/api/operations.ts';
import { peopleContracts } from '../../lib/service/contracts/people.ts';

function scripted(answer: Partial<ConsoleAnswer> | Error) {
  const sent: ConsoleRequest[] = [];
  const api = createApi(async (request) => {
    sent.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, mediaType: 'application/json', text: '{}', ...answer };
  });
  return { api, sent };
}

it('knows each operation where the contracts have it', () => {
  const all = [...contracts, ...Object.values(peopleContracts)];
  for (const [id, [method, path]] of Object.entries(places))
    expect(all.find((contract) => contract.id === id)).toMatchObject({ method, path });
});

describe('a call', () => {
  it('puts names into the path as one piece each, and the rest into query and body', async () => {
    const { api, sent } = scripted({ text: '{"runs":[]}' });
    const answer = await api('listTargetRuns', { params: { name: 'a/b ?#ü' }, query: { limit: 30 } });
    expect(answer).toEqual({ status: 'answered', value: { runs: [] } });
    await api('startRun', { body: { targets: ['a'] } });
    expect(sent).toEqual([
      { method: 'GET', path: '/targets/a%2Fb%20%3F%23%C3%BC/runs?limit=30' },
      { method: 'POST', path: '/runs', body: '{"targets":["a"]}' },
    ]);
  });

  it('gives a document in its own form as a text', async () => {
    const { api } = scripted({ mediaType: 'text/markdown', text: '# Report' });
    const asked = { params: { runId: 'r' }, query: { format: 'markdown' } } as const;
    expect(await api('getReport', asked)).toEqual({ status: 'answered', value: '# Report' });
  });

  it('has the API’s own line for what it refuses', async () => {
    const problem = { title: 'Too many runs', detail: 'wait a minute', at: 'body.target', status: 429 };
    const { api } = scripted({
      status: 429,
      mediaType: 'application/problem+json',
      text: JSON.stringify(problem),
    });
    expect(await api('getFleet', {})).toEqual({
      status: 'refused',
      refusal: { httpStatus: 429, title: 'Too many runs', detail: 'wait a minute', at: 'body.target' },
    });
  });

  it.each<[string, Partial<ConsoleAnswer> | Error]>([
    ['no answer', new TypeError('Failed to fetch')],
    ['a gateway’s own page', { status: 502, mediaType: 'text/html', text: '<h1>Bad gateway</h1>' }],
  ])('is unreachable by %s', async (_, answer) => {
    expect(await scripted(answer).api('getFleet', {})).toEqual({ status: 'unreachable' });
  });

  it('is refused in words of ours where the refusal is no document', async () => {
    const { api } = scripted({ status: 403, mediaType: 'text/html', text: '<b>no</b>' });
    expect(await api('getFleet', {})).toEqual({
      status: 'refused',
      refusal: { httpStatus: 403, title: 'HTTP 403', detail: '' },
    });
  });
});
