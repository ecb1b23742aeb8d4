/** Site vantages of a station: who has joined, their routes, and runs that wait for them. */

import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { RunStore } from '../../../service/ports/run-store.ts';
import type { StopSwitch } from '../../../service/ports/stop-switch.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import type { EarlyResults } from '../../../service/runs/early-results.ts';
import type { ListSites } from '../../../service/runs/fleet-now.ts';
import { createSiteApi } from '../../../service/site/api.ts';
import { allSites, vantageOf } from '../../../service/state/site-vantages.ts';
import type { OpenPages } from '../http/open-pages.ts';
import { LOCAL_VANTAGE } from '../runs/local-vantage.ts';
import { sitePages } from './pages.ts';
import { createSiteWaits, type SiteWaits } from './waiting.ts';

/** Milliseconds between two times that a vantage tells what it has seen so far: as often as somebody who looks on notices. */
const TELL_EVERY_MS = 300;

export interface StationSites {
  readonly sites: ListSites;
  readonly waits: SiteWaits;
  readonly pages: OpenPages;
}

export interface StationSitePorts {
  readonly items: ItemStore;
  readonly store: RunStore;
  readonly early: EarlyResults;
  readonly stop: StopSwitch;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

export function createStationSites(ports: StationSitePorts): StationSites {
  const waits = createSiteWaits({
    ...ports,
    later: (work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
  });
  const api = createSiteApi({
    ...ports,
    waiting: waits,
    againSeconds: 0,
    hold: waits.hold,
    tellEveryMs: () => TELL_EVERY_MS,
  });
  return { waits, pages: sitePages(api), sites: () => stationVantages(ports.items) };
}

/** Those that have joined, and the station's own machine where an operator has said where it stands. */
async function stationVantages(
  items: Pick<ItemStore, 'get' | 'getAll'>,
): Promise<Awaited<ReturnType<ListSites>>> {
  const all = await allSites(items);
  return all.flatMap(({ record, enrolment }) =>
    record.name === LOCAL_VANTAGE.id
      ? [{ ...LOCAL_VANTAGE, position: record.position }]
      : enrolment === undefined
        ? []
        : [vantageOf(record)],
  );
}
