/**
 * Method and path of each operation that the console calls. The compiler holds them against the contracts, whose schemas (and zod
 * with them) stay out of the browser.
 */
import type { operations as served } from '../../service/api/operations.ts';
import type { Asked, Contract, ResultOf } from '../../service/contracts/contract.ts';
import type { peopleContracts } from '../../service/contracts/people.ts';

/** What only a station has: on a fleet the API has no such place, and answers 404. */
type Groups = typeof served & { readonly people: typeof peopleContracts };
type Contracts = { [G in keyof Groups]: { [Id in keyof Groups[G]]: Groups[G][Id] } }[keyof Groups];
type UnionToIntersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer All) => void
  ? All
  : never;
type AllContracts = UnionToIntersection<Contracts>;
type Places = {
  readonly [Id in keyof AllContracts]?: AllContracts[Id] extends Contract
    ? readonly [AllContracts[Id]['method'], AllContracts[Id]['path']]
    : never;
};

export const places = {
  getMe: ['GET', '/me'],
  listPeople: ['GET', '/people'],
  invitePerson: ['POST', '/people/invitations'],
  changePerson: ['PUT', '/people/{handle}'],
  listTokens: ['GET', '/tokens'],
  makeToken: ['POST', '/tokens'],
  revokeToken: ['DELETE', '/tokens/{name}'],
  listAlerts: ['GET', '/alerts'],
  acknowledgeAlert: ['PUT', '/alerts/{target}/acknowledgement'],
  listVantages: ['GET', '/vantages'],
  putVantage: ['PUT', '/vantages/{name}'],
  removeVantage: ['DELETE', '/vantages/{name}'],
  listTargets: ['GET', '/targets'],
  getTarget: ['GET', '/targets/{name}'],
  putTarget: ['PUT', '/targets/{name}'],
  removeTarget: ['DELETE', '/targets/{name}'],
  verifyTarget: ['POST', '/targets/{name}/verify'],
  vouchForTarget: ['PUT', '/targets/{name}/vouch'],
  listTargetRuns: ['GET', '/targets/{name}/runs'],
  getHistory: ['GET', '/targets/{name}/history'],
  startRun: ['POST', '/runs'],
  validate: ['POST', '/validations'],
  getRun: ['GET', '/runs/{runId}'],
  getReport: ['GET', '/runs/{runId}/report'],
  joinListener: ['POST', '/runs/{runId}/listener'],
  readBackRun: ['POST', '/runs/{runId}/read-back'],
  getJoinedReport: ['GET', '/runs/{runId}/listener'],
  getRedaction: ['GET', '/runs/{runId}/redaction'],
  stopRun: ['DELETE', '/runs/{runId}'],
  createShare: ['POST', '/shares'],
  listShares: ['GET', '/shares'],
  revokeShare: ['DELETE', '/shares/{id}'],
  listOffices: ['GET', '/runs/{runId}/offices'],
  getFleet: ['GET', '/fleet'],
  getSources: ['GET', '/fleet/sources'],
  stopFleet: ['PUT', '/stop'],
  resumeFleet: ['DELETE', '/stop'],
  listSchedules: ['GET', '/schedules'],
  getSchedule: ['GET', '/schedules/{target}'],
  setSchedule: ['PUT', '/schedules/{target}'],
  removeSchedule: ['DELETE', '/schedules/{target}'],
  pauseSchedule: ['POST', '/schedules/{target}/pause'],
  resumeSchedule: ['POST', '/schedules/{target}/resume'],
  listWebhooks: ['GET', '/webhooks'],
  testWebhook: ['POST', '/webhooks/{id}/test'],
  compareRuns: ['GET', '/targets/{name}/comparison'],
  getTimes: ['GET', '/targets/{name}/times'],
  setMaintenance: ['PUT', '/targets/{target}/maintenance/{id}'],
  removeMaintenance: ['DELETE', '/targets/{target}/maintenance/{id}'],
  listMaintenance: ['GET', '/targets/{target}/maintenance'],
} as const satisfies Places;

export type OperationId = keyof typeof places;
type ContractOf<Id extends OperationId> = AllContracts[Id] extends Contract ? AllContracts[Id] : never;
export type AskedOf<Id extends OperationId> = Asked<ContractOf<Id>>;
export type AnswerOf<Id extends OperationId> = ResultOf<ContractOf<Id>>;
