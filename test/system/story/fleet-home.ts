/** The emulated cloud as the home of a story. */
import { readAssembly } from '../../fleet-rig/assembly.ts';
import { startRig } from '../../fleet-rig/rig.ts';
import type { Home } from './home.ts';
import type { FleetPlan } from './protocol.ts';

/** @param root file of the authority that the world's certificates are from */
export async function startFleetHome(plan: FleetPlan, root: string): Promise<Home> {
  const rig = await startRig({
    assembly: readAssembly(plan.assembly),
    proberBundle: plan.proberBundle,
    notifierBundle: plan.notifierBundle,
    variables: { STORY_ROOT: root },
  });
  // The pause before a confirmation is for networks that recover; these don't.
  rig.pace = { waits: { WaitBeforeConfirming: 50 } };
  return {
    environment(caller) {
      const { accessKeyId, secretAccessKey } = rig.operators[caller];
      return {
        INBOUND_CHECK_API: rig.api.url,
        AWS_REGION: rig.deployment.homeRegion,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      };
    },
    published: () =>
      rig.bus.events.filter(({ detailType }) => detailType === 'Inbound Check Run Finished').length,
    async due(target) {
      const sent = rig.scheduler
        .schedules()
        .find(({ Target: { Input } }) => (JSON.parse(Input) as { schedule: string }).schedule === target);
      if (sent === undefined) throw new Error(`${target} has no schedule`);
      const { body } = await rig.scheduler.fire(sent.Name, { scheduledTime: new Date().toISOString() });
      const { runId } = body as { readonly runId?: string };
      if (runId === undefined) throw new Error(`no run was started: ${JSON.stringify(body)}`);
      await rig.states.ended(runId);
    },
    async missed(target, hours) {
      const item = await rig.table.get(`SCHEDULE#${target}`, 'SCHEDULE');
      if (item === undefined) throw new Error(`${target} has no schedule`);
      const begin = Date.now() - hours * 3_600_000;
      await rig.table.put({ ...item, activeSince: new Date(begin).toISOString() });
      // The watchdog looks now.
      await rig.deliveries.tick();
    },
    alertsSent: () => rig.deliveries.settled(),
  };
}
