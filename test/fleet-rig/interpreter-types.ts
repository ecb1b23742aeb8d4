/** Types that aws-local-stepfunctions uses but does not export by name. */
import type { StateMachine } from 'aws-local-stepfunctions';

type Run = ReturnType<StateMachine['run']>;
export type JSONValue = Awaited<Run['result']>;
export type EventLog = Run['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;
