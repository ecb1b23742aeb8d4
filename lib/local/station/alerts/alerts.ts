/** The alerts of a station: the notifier of a fleet, fed from the outbox in place of a bus. */
import { setTimeout as pause } from 'node:timers/promises';
import { createWebhookNetwork } from '../../../service/alerts/network.ts';
import { createNotifier } from '../../../service/alerts/notify.ts';
import { DEFAULT_REMINDER_HOURS } from '../../../service/alerts/reminder-hours.ts';
import { createReminders } from '../../../service/alerts/reminders.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import type { TryWebhook } from '../../../service/ports/webhook-trial.ts';
import { CHANGE } from '../../../service/runs/run-events.ts';
import type { Database } from '../store/database.ts';
import { type Courier, createCourier } from './courier.ts';
import type { MailSettings } from './mail-settings.ts';
import { createOutbox } from './outbox.ts';
import { createSmtpMail } from './smtp.ts';
import { sendUnsent } from './unsent.ts';

export interface AlertsOptions {
  readonly database: Database;
  readonly items: ItemStore;
  /** How the station is named where a fleet has its name. */
  readonly name: string;
  readonly mail?: MailSettings;
  /** Milliseconds between two reminders of an alert that nobody has acknowledged; 0: none; absent: four hours. */
  readonly remindEveryMs?: number;
  /** Whether the station is stopped. */
  readonly isStopped: () => Promise<boolean>;
  readonly allowPrivate: boolean;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

export interface StationAlerts extends Pick<Courier, 'publish' | 'close'> {
  /** Goes on with what another process left. */
  start(): Promise<void>;
  readonly tryWebhook: TryWebhook;
  /** Looks at the alerts that are open now: one was acknowledged. */
  remind(): void;
  /** Removes what ended long ago. */
  forget(): void;
}

/** Milliseconds for one change at all its receivers: two tries of ten seconds; what then lacks is sent later. */
const DELIVERY_MS = 27_000;
/** As often as a fleet looks at its open alerts, ms. */
const REMIND_LOOK_MS = 300_000;
/** As long as it is remembered who got what (lib/service/state/deliveries.ts). */
const KEPT_MS = 30 * 86_400_000;

export function createAlerts(options: AlertsOptions): StationAlerts {
  const { database, items, name, mail, allowPrivate, telemetry, now } = options;
  const outbox = createOutbox(database, now);
  const notify = createNotifier({
    fleet: name,
    items,
    ...(mail !== undefined && {
      mail: createSmtpMail(mail, {
        network: () => createWebhookNetwork({ allowPrivate: mail.allowPrivate }),
        telemetry,
        now,
      }),
    }),
    network: () => createWebhookNetwork({ allowPrivate }),
    telemetry,
    now,
    monotonic: () => performance.now(),
    pause: (ms) => pause(ms, undefined, { ref: false }),
    random: Math.random,
  });
  const look = createReminders({
    items,
    send: (events) => courier.publish(events),
    fleet: name,
    everyMs: options.remindEveryMs ?? DEFAULT_REMINDER_HOURS * 3_600_000,
    now,
  });
  let looking: Promise<unknown> = Promise.resolve();
  /** One look after the other: two at the same time would say the same. */
  const remind = (): void => {
    looking = looking.then(async () => {
      try {
        await look(await options.isStopped(), telemetry);
      } catch (error) {
        telemetry.error('open alerts could not be looked at', { reason: String(error) });
      }
    });
  };
  const reminding = setInterval(remind, REMIND_LOOK_MS).unref();
  const invocation = { awsRequestId: name, getRemainingTimeInMillis: () => DELIVERY_MS };
  const courier = createCourier({
    outbox,
    deliver: (event) => notify({ 'detail-type': CHANGE, detail: event }, invocation),
    telemetry,
    now,
    random: Math.random,
    later(work, ms) {
      const timer = setTimeout(work, ms).unref();
      return () => clearTimeout(timer);
    },
  });
  return {
    async publish(events) {
      await courier.publish(events);
      for (const { kind, id } of events) telemetry.info('change', { kind, event: id });
    },
    remind,
    async close() {
      clearInterval(reminding);
      await looking;
      await courier.close();
    },
    async start() {
      courier.start();
      remind();
      try {
        await sendUnsent(items, courier.publish);
      } catch (error) {
        telemetry.error('alerts of before could not be looked for', { reason: String(error) });
      }
    },
    async tryWebhook(id) {
      const tried = await notify({ testWebhook: id }, invocation);
      return 'status' in tried ? tried : { status: 'missing' };
    },
    forget: () => outbox.forgetBefore(now() - KEPT_MS),
  };
}
