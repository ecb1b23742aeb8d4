/** What a link asks offices to try: an endpoint of the report that it is made from. Pure. */
import type { Report } from '../../../engine/report-schema.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import type { OfficeOrder } from '../../state/offices.ts';
import { outsideOf } from './outside.ts';
import { addressOf, wayOf } from './way.ts';

/** Endpoints that a refusal names. */
const NAMED = 10;

/** Or one line that says why an office can't try it, and what it could. */
export function officeOrderOf(
  report: Report,
  {
    endpoint: id,
    attempts,
    page,
  }: { readonly endpoint: string; readonly attempts: number; readonly page: 'http:' | 'https:' },
): ParseResult<OfficeOrder> {
  const tried = report.endpoints.filter((one) => wayOf(one, page) !== undefined).map((one) => one.id);
  const others = `it has: ${tried.slice(0, NAMED).join(', ') || 'none that an office can try'}`;
  const endpoint = report.endpoints.find((one) => one.id === id);
  if (endpoint === undefined) return inputError(`the report has no endpoint of that id; ${others}`);
  const way = wayOf(endpoint, page);
  if (way === undefined)
    return inputError(`an office can try what is reached over TCP by a name or address alone; ${others}`);
  const { kind, host, port } = endpoint;
  return parsed({
    attempts,
    way,
    endpoint: { id, kind, host, port, url: addressOf(endpoint) },
    outside: outsideOf(report, endpoint),
  });
}
