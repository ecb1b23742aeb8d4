/** All operations of the API, group by group. A new group is a line here, and its handlers a line in functions/api.ts. */

import { alertsContracts } from '../contracts/alerts.ts';
import type { Contract } from '../contracts/contract.ts';
import { fleetContracts } from '../contracts/fleet.ts';
import { historyContracts } from '../contracts/history.ts';
import { metricsContracts } from '../contracts/metrics.ts';
import { runsContracts } from '../contracts/runs.ts';
import { schedulesContracts } from '../contracts/schedules.ts';
import { sharesContracts } from '../contracts/shares.ts';
import { targetsContracts } from '../contracts/targets.ts';
import { vantagesContracts } from '../contracts/vantages.ts';
import type { HandlersOf } from './handler.ts';
import { type Route, routesOf } from './route.ts';

export const operations = {
  targets: targetsContracts,
  fleet: fleetContracts,
  runs: runsContracts,
  shares: sharesContracts,
  alerts: alertsContracts,
  history: historyContracts,
  metrics: metricsContracts,
  schedules: schedulesContracts,
  vantages: vantagesContracts,
} as const satisfies Record<string, Readonly<Record<string, Contract>>>;

/** For routes of the gateway and for the OpenAPI document. */
export const contracts: readonly Contract[] = Object.values(operations).flatMap((group) =>
  Object.values<Contract>(group),
);

export type AllHandlers = {
  readonly [Group in keyof typeof operations]: HandlersOf<(typeof operations)[Group]>;
};

export const allRoutes = (handlers: AllHandlers): Route[] =>
  Object.entries(operations).flatMap(([group, its]) =>
    routesOf<Readonly<Record<string, Contract>>>(
      its,
      handlers[group as keyof AllHandlers] as unknown as HandlersOf<Readonly<Record<string, Contract>>>,
    ),
  );
