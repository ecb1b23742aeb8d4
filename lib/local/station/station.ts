/** The station: everything that a fleet is made of, in one process and one folder. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { isoTime } from '../../net/clock.ts';
import { hostPort } from '../../net/host-port.ts';
import { createSeal } from '../../report/signature/signature.ts';
import type { Signer } from '../../report/signature/signer.ts';
import { createWebhookNetwork } from '../../service/alerts/network.ts';
import { allRoutes } from '../../service/api/operations.ts';
import type { Telemetry } from '../../service/ports/telemetry.ts';
import { isFailure } from '../../service/runs/failure.ts';
import { DEFAULT_RATE_LIMITS } from '../../service/runs/rate-limit.ts';
import { createLinkRuns, requesterOf } from '../../service/share/again.ts';
import { createOffices } from '../../service/share/office/keep-outcomes.ts';
import { consoleSite } from '../console/site.ts';
import { cookieNames } from './access/cookies.ts';
import { createAlerts } from './alerts/alerts.ts';
import type { MailSettings } from './alerts/mail-settings.ts';
import { stationHandlers } from './handlers.ts';
import { createMetricsPages } from './http/metrics-pages.ts';
import { type StationServer, startServer } from './http/server.ts';
import { createTlsReload } from './http/tls-reload.ts';
import { createIssuerFlow } from './issuer/flow.ts';
import { createIssuerFetch } from './issuer/guarded-fetch.ts';
import type { IssuerSettings } from './issuer/settings.ts';
import { askOverHttps, createBaseUrlCheck } from './links/base-url-check.ts';
import { forgetShares } from './links/forget-shares.ts';
import { createLinkPages } from './links/link-pages.ts';
import { createLocalProver } from './local-prover.ts';
import { lookOutside } from './own-side/look-outside.ts';
import { createOwnSide } from './own-side/own-side.ts';
import { type Access, createAccess, peopleDoor } from './people.ts';
import { createExecutionRecords } from './runs/executions.ts';
import { forgetRuns } from './runs/forget-runs.ts';
import { createKeptResults } from './runs/kept-results.ts';
import { createListenerSecrets } from './runs/listener-secrets.ts';
import { createLiveCells } from './runs/live-cells.ts';
import { createMachine, MOST_WAITING } from './runs/machine.ts';
import { patientPublish, patientRecords } from './runs/patient-records.ts';
import { createRecovery } from './runs/recover.ts';
import { createRunFiles } from './runs/run-files.ts';
import { createRunSteps, STATION } from './runs/steps.ts';
import { createStopFile } from './runs/stop-file.ts';
import { createWalk } from './runs/walk.ts';
import { createClockRecord } from './schedule/clock-record.ts';
import { createSchedules } from './schedule/schedules.ts';
import { systemTimers } from './schedule/timers.ts';
import type { StationFront, StationTls } from './settings/station-settings.ts';
import { createStationSites } from './site/sites.ts';
import { type Database, openDatabase } from './store/database.ts';
import { createDurable, onDisk } from './store/durable.ts';
import { createHealth } from './store/health.ts';
import { holdFolder } from './store/hold-folder.ts';
import { createSqliteItemStore, forgetExpired } from './store/item-store.ts';
import { migrate } from './store/migrations.ts';
import { ownFolder } from './store/own-folder.ts';
import { databasePath, OBJECTS, RESTORING } from './store/station-files.ts';
import { forgetCopies, freeBytes, isOlder, upgrade } from './store/upgrade.ts';
import { createWriteLine } from './store/write-line.ts';

export interface StationOptions {
  /** The data folder; made if it is not there. */
  readonly folder: string;
  readonly listen: StationFront['listen'];
  /** The rest of how it is reached, as `StationFront` has it. */
  readonly tls?: StationTls;
  readonly baseUrl?: URL;
  readonly proxies?: StationFront['proxies'];
  /** How it asks for itself by the base URL: over the network, unless a test has another way. */
  readonly askBaseUrl?: (url: URL) => Promise<string>;
  /** Sign-in by OpenID Connect; needs `baseUrl`. */
  readonly issuer?: IssuerSettings;
  /** Signs the reports. */
  readonly signer: Signer;
  /** May probe addresses that are not on the internet. */
  readonly allowPrivate: boolean;
  /** Absent: nobody gets alerts by mail. */
  readonly mail?: MailSettings;
  /** Milliseconds between two reminders of an alert that nobody has acknowledged; 0: none; absent: four hours. */
  readonly remindEveryMs?: number;
  readonly telemetry: Telemetry;
  /** Gets a line before and after older data is upgraded. */
  readonly say?: (line: string) => void;
}

export interface Station extends Pick<StationServer, 'url'> {
  /** Whether anybody can call the API. */
  hasTokens(): boolean;
  /** The address of a page that signs in an operator, once; undefined: it can't be made, or is not for a start line. */
  signInLink(): string | undefined;
  /** Reads certificate and key again, and takes them if they are good. */
  reloadTls(): Promise<void>;
  close(): Promise<void>;
}

/** A write of a command beside the station takes some milliseconds; the whole station waits with it. */
const BUSY_MS = 250;
/** Prometheus follows no pages; gzipped, as it asks for, so many are some 2 MB. */
const SCRAPED_ENDPOINTS = 20_000;
/** As a fleet keeps its data unless it is told otherwise. */
const RETENTION_DAYS = 400;
/** As long as Step Functions shows how an execution went. */
const EXECUTION_DAYS = 90;
const DAY_MS = 86_400_000;
/** What renews certificates writes new files, and does not always say so. */
const TLS_EVERY_MS = 60_000;
/** So that the log has it when others can no longer reach the station; a link is looked after when it is made. */
const BASE_URL_EVERY_MS = 900_000;
/** So that the log says once that the disk is full, also where nobody asks for `/health`. */
const HEALTH_EVERY_MS = 30_000;
const FORGET_EVERY_MS = 3_600_000;
/** A machine that has just started may have another year on its clock, until it is set right. */
const FORGET_FIRST_MS = 600_000;

/** Starts the station, or says in one line why it can't. */
export async function startStation(options: StationOptions): Promise<ParseResult<Station>> {
  const { folder, telemetry, signer } = options;
  const held = await holdFolder(folder);
  if (!held.ok) return held;
  const opened = await openData(folder, { busyMs: BUSY_MS, say: options.say ?? (() => undefined) });
  if (!opened.ok) {
    held.value.close();
    return opened;
  }
  const database = createDurable(opened.value, databasePath(folder));
  const now = Date.now;
  const elapsed = (): number => performance.now();
  const line = createWriteLine({ wait: (ms) => wait(ms), elapsed });
  const items = createSqliteItemStore(database, onDisk(line, database));
  const objects = join(folder, OBJECTS);
  const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');
  const store = createRunFiles(objects, randomHex);
  const stop = createStopFile(objects, store);
  const records = createExecutionRecords(database, now);
  const patient = patientRecords(records, line);
  const kept = createKeptResults(objects);
  const seal = async () => createSeal(signer, now);
  const shared = {
    ...options,
    items,
    store,
    stop,
    early: kept,
    seal,
    now,
    limits: DEFAULT_RATE_LIMITS,
    retentionDays: RETENTION_DAYS,
    listenerSecrets: createListenerSecrets(),
  };
  const alerts = createAlerts({
    ...shared,
    database,
    name: STATION,
    isStopped: async () => (await stop.read()) !== undefined,
  });
  const vantages = createStationSites({ ...shared, randomHex });
  const announce = patientPublish(alerts.publish, database, line);
  const steps = createRunSteps({ ...shared, ...vantages, announce });
  const ownSide = createOwnSide({
    ...shared,
    announce,
    fleet: STATION,
    look: lookOutside,
  });
  const walk = createWalk({
    records: patient,
    steps,
    keep: kept.keep,
    ownSide: ownSide.ofRun,
    clocks: { now, elapsed },
  });
  const recover = createRecovery({ records: patient, walk, kept, store });
  const machine = createMachine({
    records: { ...records, begin: patient.begin },
    walk,
    recover,
    ended: ownSide.ended,
    telemetry,
    later: (work, ms) => void setTimeout(work, ms).unref(),
  });
  const access = createAccess(database, now);
  const { prove, askListeners } = createLocalProver(options);
  const schedules = createSchedules({
    ...shared,
    record: createClockRecord(database),
    records,
    machine,
    prove,
    announce: alerts.publish,
    ownSide: ownSide.barrier,
    timers: systemTimers,
  });
  const forget = async (): Promise<void> => {
    try {
      forgetExpired(database, now());
      alerts.forget();
      access.audit.forgetBefore(now() - RETENTION_DAYS * DAY_MS);
      records.forgetBefore(isoTime(now() - EXECUTION_DAYS * DAY_MS));
      await forgetCopies(folder, now());
      await forgetShares(objects, now());
      await forgetRuns(objects, now() - RETENTION_DAYS * DAY_MS);
    } catch (error) {
      telemetry.error('what is old could not be removed', { reason: String(error) });
    }
  };
  const release = (): void => {
    database.close();
    held.value.close();
  };
  const site = await consoleSite();
  let isClosing = false;
  let publicUrl =
    options.baseUrl?.origin ?? `http://${hostPort(options.listen.address, options.listen.port)}`;
  const issuer =
    options.issuer &&
    createIssuerFlow({
      settings: options.issuer,
      fetch: createIssuerFetch(
        createWebhookNetwork({
          allowPrivate: options.allowPrivate,
          trustAnchors: options.issuer.trustAnchors,
        }),
      ),
      publicUrl: () => publicUrl,
      now,
    });
  const people = peopleDoor(access, {
    names: () => cookieNames(publicUrl),
    telemetry,
    home: site?.home,
    issuer,
  });
  /** On record is what a visitor of a link did, and not who it was. */
  const ofLink =
    (what: string) =>
    (share: string, about: string): void =>
      people.record({ who: requesterOf(share), what, about, client: undefined, outcome: 'done' });
  const check =
    options.baseUrl &&
    createBaseUrlCheck({
      baseUrl: options.baseUrl,
      ask: options.askBaseUrl ?? askOverHttps,
      newNonce: () => randomBytes(16).toString('hex'),
      elapsed,
      telemetry,
      changed(trouble) {
        if (isClosing) return;
        const about = options.baseUrl?.origin ?? '';
        people.record({
          who: STATION,
          what: 'checkBaseUrl',
          about: trouble === undefined ? about : `${about}: ${trouble}`,
          client: undefined,
          outcome: trouble === undefined ? 'done' : 'failed',
        });
      },
    });
  const links = check && options.baseUrl && { baseUrl: options.baseUrl, check };
  const health = createHealth(database, {
    now,
    elapsed,
    free: () => freeBytes(folder),
    changed: (trouble) =>
      trouble === undefined
        ? telemetry.warn('the station can write its data again', {})
        : telemetry.error('the station can’t write its data: what is stored stays', { reason: trouble }),
  });
  let server: StationServer;
  try {
    server = await startServer(options.listen, {
      tls: options.tls?.material,
      baseUrl: options.baseUrl,
      proxies: options.proxies,
      open: [
        vantages.pages,
        createLinkPages({
          ...shared,
          elapsed,
          offices: createOffices({ ...shared, told: ofLink('tellOffice') }),
          runs: createLinkRuns({
            ...shared,
            randomHex,
            executions: machine,
            ownSide: ownSide.barrier,
            isFull: () => machine.waiting() >= MOST_WAITING,
            started: ofLink('startRun'),
          }),
        }),
        createMetricsPages({
          items,
          now,
          telemetry,
          pageEndpoints: SCRAPED_ENDPOINTS,
          findToken: access.scrapeTokens.find,
        }),
        ...(check === undefined ? [] : [check.pages]),
        ...(site === undefined ? [] : [site.files]),
      ],
      routes: allRoutes(
        stationHandlers({
          ...shared,
          ...vantages,
          seeEarly: createLiveCells(kept),
          machine,
          prove,
          askListeners,
          scheduler: schedules.scheduler,
          conditions: ownSide.conditions.all,
          tryWebhook: alerts.tryWebhook,
          acknowledged: alerts.remind,
          links,
        }),
      ),
      tokenOwner: (token) => access.tokens.find(token),
      people,
      trouble: health,
      folder,
      conditions: ownSide.conditions.current,
      onDisk: database.onDisk,
      telemetry,
    });
  } catch (error) {
    release();
    return inputError(`--listen: ${listenWords(error)}`);
  }
  publicUrl = options.baseUrl?.origin ?? server.url;
  noteAddress(access, publicUrl, telemetry);
  const reloadTls = createTlsReload(options, { take: server.setTls, telemetry, now });
  const tlsTimer = setInterval(() => void reloadTls(), TLS_EVERY_MS).unref();
  const first = setTimeout(() => void forget(), FORGET_FIRST_MS).unref();
  const timer = setInterval(() => void forget(), FORGET_EVERY_MS).unref();
  const healthTimer = setInterval(() => void health(), HEALTH_EVERY_MS).unref();
  const baseUrlTimer = setInterval(() => void check?.trouble(), BASE_URL_EVERY_MS).unref();
  void check?.trouble();
  void ownSide.conditions.settle();
  machine.recover();
  void alerts.start();
  schedules.begin();
  return parsed({
    url: server.url,
    hasTokens: () => access.tokens.list().length > 0,
    // What others reach is also read by others: its start line is in a log.
    signInLink: () => (options.baseUrl === undefined ? linkOrNone(access, telemetry) : undefined),
    reloadTls,
    async close() {
      isClosing = true;
      clearTimeout(first);
      clearInterval(tlsTimer);
      clearInterval(baseUrlTimer);
      clearInterval(healthTimer);
      clearInterval(timer);
      vantages.waits.close();
      await server.close();
      line.close();
      await schedules.close();
      await machine.close();
      await alerts.close();
      release();
    },
  });
}

/** With a full disk the station starts all the same: what is stored can be read. */
function noteAddress(access: Access, url: string, telemetry: Telemetry): void {
  try {
    access.address.set(url);
  } catch (error) {
    telemetry.error('its address could not be noted: serve link names the one of before', {
      reason: String(error),
    });
  }
}

function linkOrNone(access: Access, telemetry: Telemetry): string | undefined {
  try {
    return access.ownerLink('operator');
  } catch (error) {
    telemetry.error('no link to sign in could be made', { reason: String(error) });
    return undefined;
  }
}

/**
 * Who may ask a station, whether it runs or not. `work` is done with it.
 *
 * @param mayMake whether the folder may be made; false: it is another one that is meant
 */
export async function withAccess<T>(
  folder: string,
  work: (access: Access) => T | Promise<T>,
  { mayMake = true }: { readonly mayMake?: boolean } = {},
): Promise<ParseResult<T>> {
  if (!mayMake && !existsSync(databasePath(folder)))
    return inputError(`--data: there is no station in ${folder}: name the folder that serve has printed`);
  const opened = await openData(folder);
  if (!opened.ok) return opened;
  try {
    return parsed(await work(createAccess(opened.value, Date.now)));
  } catch (error) {
    if (!isFailure(error, 'StoreFailed')) throw error;
    return inputError(`${databasePath(folder)}: ${error.message}`);
  } finally {
    opened.value.close();
  }
}

interface OpenDataOptions {
  /** How long a write stands still for another program; absent: as long as a command may. */
  readonly busyMs?: number;
  /** Who starts the station upgrades older data, and is told so; absent: it is refused. */
  readonly say?: (line: string) => void;
}

async function openData(
  folder: string,
  { busyMs, say }: OpenDataOptions = {},
): Promise<ParseResult<Database>> {
  const made = ownFolder(folder);
  if (!made.ok) return made;
  if (existsSync(join(folder, RESTORING)))
    return inputError(`--data: a restore into ${folder} did not end: empty the folder, and restore again`);
  const path = databasePath(folder);
  const opened = await openDatabase(path, busyMs);
  if (!opened.ok) return inputError(`the station can't start: ${opened.why}`);
  try {
    if (isOlder(opened.database)) {
      const upgraded =
        say === undefined
          ? inputError(
              `${path}: the data is of an older version: inbound-check serve upgrades it when it starts`,
            )
          : await upgrade(opened.database, { path, now: Date.now, say });
      if (!upgraded.ok) {
        opened.database.close();
        return upgraded;
      }
    }
    migrate(opened.database, Date.now);
    return parsed(opened.database);
  } catch (error) {
    opened.database.close();
    if (!isFailure(error, 'StoreFailed')) throw error;
    return inputError(`${path}: ${error.message}`);
  }
}

function listenWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'the port is taken: another program listens there, or another station';
  if (code === 'EACCES') return 'a port below 1024 needs more rights: choose a higher one';
  return error instanceof Error ? error.message : String(error);
}
