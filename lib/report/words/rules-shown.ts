import type { EndpointReport } from '../../engine/report-schema.ts';

/** More rules than this hide the rest of a ticket or a test report; only the products are named then. */
const MOST = 3;

export interface RulesShown {
  readonly shown: NonNullable<EndpointReport['rules']>;
  /** Names of the products whose rules are left out, and where they are; absent: none is left out. */
  readonly further?: string;
}

/** The rules that a short report writes out: all of a few (as with `--firewall NAME`), of many none. */
export function rulesShown({ rules = [] }: Pick<EndpointReport, 'rules'>): RulesShown {
  if (rules.length <= MOST) return { shown: rules };
  const names = rules.map(({ product }) => product).join(', ');
  return {
    shown: [],
    further: `ready to paste in the HTML report; check --firewall NAME picks one of them: ${names}`,
  };
}
