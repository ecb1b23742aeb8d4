import * as z from 'zod';
import { Target } from '../../input/request/target.ts';
import { Authorisation } from '../../model/authorisation.ts';
import { ReportedCause, Verdict } from '../../model/vocabulary.ts';
import { HostProof, TargetName } from '../state/target-record.ts';
import type { Contract } from './contract.ts';
import { OpenAlert } from './open-alert.ts';

const params = z.strictObject({ name: TargetName });

const HostState = z.object({
  host: z.string(),
  authorisation: Authorisation.optional().describe('Absent: the fleet sends no packet to it.'),
  proof: HostProof.optional().describe('Where its proof was found; with `lapsedSince`, it no longer is.'),
});

/** When a target is checked by itself, as far as a list shows it. */
const ListedSchedule = z.object({
  state: z.enum(['active', 'paused']),
  next: z.iso.datetime().optional().describe('When the next run is due; absent while it is paused.'),
});

const SeenOfEndpoint = z.object({
  endpoint: z.string(),
  verdict: Verdict,
  cause: ReportedCause.optional(),
  since: z.string().describe('Start of the first run that saw this verdict without a break.'),
  notAfter: z.string().optional().describe('Earliest end of a certificate in its chain; UTC.'),
});

const LatestVerdict = z.object({
  runId: z.string(),
  startedAt: z.string(),
  verdict: Verdict,
  since: z
    .string()
    .optional()
    .describe(
      'Since when it is so: of `worst`, or when the last endpoint that had not passed began to pass.',
    ),
  recent: z
    .array(Verdict)
    .optional()
    .describe('Verdicts of its last 30 runs at most, oldest first; the last one is this.'),
  worst: z
    .object({
      endpoint: z.string(),
      cause: ReportedCause.optional(),
      since: z.string().describe('Start of the first run that saw this verdict without a break.'),
    })
    .optional()
    .describe('Of the endpoints that did not pass, the worst, and of several the one that is so longest.'),
});

/** A target as it is listed. */
export const ListedTarget = z.object({
  name: z.string(),
  owner: z.string().optional(),
  definition: Target.optional().describe('What a run of it checks.'),
  hosts: z.array(z.string()),
  authorisation: Authorisation.optional().describe(
    'Of all its hosts together, the weakest that one of them rests on; absent: one of them has none.',
  ),
  latest: LatestVerdict.optional().describe('Of the last run that was published.'),
  schedule: ListedSchedule.optional().describe('Absent: it is checked when somebody asks for it.'),
});
export type ListedTarget = z.infer<typeof ListedTarget>;

const ProofPlaces = z.object({
  host: z.string(),
  txt: z
    .object({ name: z.string(), value: z.string() })
    .optional()
    .describe('A DNS TXT record; absent for an address.'),
  file: z.object({ url: z.string(), content: z.string() }).describe('A text file; https will do as well.'),
});

export const TargetView = ListedTarget.omit({ hosts: true }).extend({
  hosts: z.array(HostState),
  vouch: z
    .object({ by: z.string(), reason: z.string(), at: z.string(), hosts: z.array(z.string()) })
    .optional(),
  addedBy: z.string().optional(),
  addedAt: z.string().optional(),
  changedBy: z.string().optional(),
  changedAt: z.string().optional(),
  checkedAt: z.string().optional().describe('When ownership was last looked for.'),
  alert: OpenAlert.optional().describe('Absent: nothing of it fails, as far as alerts have told.'),
  endpoints: z
    .array(SeenOfEndpoint)
    .describe('What was last seen of each, those that somebody has to look at first.'),
  prove: z
    .array(ProofPlaces)
    .describe(
      'How to prove each host: one of the two places is enough, and a TXT record of a domain above it will do, too.',
    ),
});
export type TargetView = z.infer<typeof TargetView>;

export const Verification = z.object({
  target: TargetView,
  hosts: z.array(
    z.object({
      host: z.string(),
      proven: z
        .object({ method: HostProof.shape.method, at: z.string() })
        .optional()
        .describe('By what, and at which name.'),
      seen: z.array(z.string()).optional().describe('What was there instead, a line for each place.'),
    }),
  ),
});
export type Verification = z.infer<typeof Verification>;

export const targetsContracts = {
  listTargets: {
    id: 'listTargets',
    method: 'GET',
    path: '/targets',
    tag: 'targets',
    summary: 'List what is registered, by name',
    query: z.strictObject({
      after: z.string().max(2_000).optional().describe('The `next` of the page before.'),
    }),
    status: 200,
    result: z.object({ targets: z.array(ListedTarget), next: z.string().optional() }),
  },
  getTarget: {
    id: 'getTarget',
    method: 'GET',
    path: '/targets/{name}',
    tag: 'targets',
    summary: 'Show one target, who allows each of its hosts to be probed, and how to prove them',
    params,
    status: 200,
    result: TargetView,
  },
  putTarget: {
    id: 'putTarget',
    method: 'PUT',
    path: '/targets/{name}',
    tag: 'targets',
    summary: 'Register a target, or change what it checks; hosts that are new to it have to be proven',
    params,
    body: z.strictObject({
      definition: Target.describe('In the words of a target in a targets file (docs/targets.schema.json).'),
      owner: z.string().max(200).optional().describe('Whose it is; left out: as before; empty: nobody’s.'),
    }),
    status: 200,
    result: z.object({ change: z.enum(['added', 'changed', 'same']), target: TargetView }),
  },
  removeTarget: {
    id: 'removeTarget',
    method: 'DELETE',
    path: '/targets/{name}',
    tag: 'targets',
    summary: 'Remove a target with its proofs; reports and the history of its runs stay',
    params,
    status: 200,
    result: TargetView,
  },
  verifyTarget: {
    id: 'verifyTarget',
    method: 'POST',
    path: '/targets/{name}/verify',
    tag: 'targets',
    summary: 'Look for the proofs of ownership now',
    params,
    status: 200,
    result: Verification,
  },
  vouchForTarget: {
    id: 'vouchForTarget',
    method: 'PUT',
    path: '/targets/{name}/vouch',
    tag: 'targets',
    summary: 'Vouch for the hosts that a target has now; caller and reason are in its reports',
    params,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    status: 200,
    result: TargetView,
  },
  withdrawVouch: {
    id: 'withdrawVouch',
    method: 'DELETE',
    path: '/targets/{name}/vouch',
    tag: 'targets',
    summary: 'Vouch for a target no longer',
    params,
    status: 200,
    result: TargetView,
  },
} as const satisfies Record<string, Contract>;
