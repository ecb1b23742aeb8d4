/** For the OpenAPI document alone: what site vantages ask goes past the router, by keys of their own. */
import type { Contract } from '../contracts/contract.ts';
import { siteContracts } from '../contracts/site.ts';
import { contracts } from './operations.ts';

export const documentedContracts: readonly Contract[] = [...contracts, ...Object.values(siteContracts)];
