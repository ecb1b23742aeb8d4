import type { Endpoint } from '../../model/endpoint.ts';
import type { ProbeBatch } from './messages.ts';

/** All endpoints of a batch, also those that it may probe at some addresses alone. */
export const endpointsOf = ({
  endpoints,
  bounded = [],
}: Pick<ProbeBatch, 'endpoints' | 'bounded'>): Endpoint[] => [
  ...endpoints,
  ...bounded.map(({ endpoint }) => endpoint),
];
