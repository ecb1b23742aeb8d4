import { describe, expect, it } from 'vitest';
import { asksAcceptedProtocols } from '../../../lib/kinds/connection/tls-handshake.ts';
import type { TlsResult } from '../../../lib/kinds/contract/tls-result.ts';

const asked = { oldProtocols: true, expect: 'open' } as const;
const ended = (handshake: TlsResult['handshake']): TlsResult => ({ handshake });

describe('which protocols a server accepts', () => {
  it.each<[TlsResult['handshake'], boolean]>([
    [{ status: 'complete' }, true],
    // It may be the answer to our versions.
    [{ status: 'alert', number: 70, name: 'protocol_version' }, true],
    [{ status: 'failed', code: 'ERR_SSL_UNSUPPORTED_PROTOCOL', message: 'unsupported protocol' }, true],
    [{ status: 'timeout' }, false],
    [{ status: 'closed', by: 'reset', code: 'ECONNRESET' }, false],
    [{ status: 'not-tls', firstBytes: 'HTTP/1.1' }, false],
    [{ status: 'deadline' }, false],
  ])('after %j is asked: %s', (handshake, wanted) => {
    expect(asksAcceptedProtocols(asked, ended(handshake))).toBe(wanted);
  });

  it('is not asked where it need not be known', () => {
    expect(asksAcceptedProtocols({ ...asked, expect: 'closed' }, ended({ status: 'complete' }))).toBe(false);
    expect(asksAcceptedProtocols({ expect: 'open' }, ended({ status: 'complete' }))).toBe(false);
  });
});
