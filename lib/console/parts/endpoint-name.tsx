import { endpointParts } from './endpoint-parts.ts';

/** An id that does not fit breaks before its port, never within. */
export function EndpointName({ id }: { readonly id: string }) {
  const { before, port, rest } = endpointParts(id);
  return (
    <>
      {before}
      <wbr />
      <span class="whole">{port}</span>
      {rest}
    </>
  );
}
