/** Where a story's commands are answered: by the emulated cloud, or by a station. */
import type { OperatorName } from '../../fleet-rig/http-api.ts';

export interface Home {
  /** What a person with this role has in the environment. */
  environment(caller: OperatorName): Readonly<Record<string, string>>;
  /** How many runs were published until now. */
  published(): number;
  /** Starts the run of the schedule, and resolves when it is over. */
  due(target: string): Promise<void>;
  /** As if the schedule had been set so long ago and nothing had started it. */
  missed(target: string, hours: number): Promise<void>;
  /** All alerts that were due have been sent. */
  alertsSent(): Promise<void>;
}
