import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';

/** Endpoints that a proof of a listener can authorise: its own ports, where it is expected. */
export const mayBeProven = ({
  kind,
  expect,
  isDependency,
}: Pick<Endpoint, 'kind' | 'expect' | 'isDependency'>): boolean =>
  descriptorOf(kind).provesHost === true && expect === 'open' && isDependency !== true;
