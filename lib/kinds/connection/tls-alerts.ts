/** TLS alerts: their numbers and names (RFC 8446 §6, and older ones), and how Node's errors report them. */

/** Names by number, as the IANA registry "TLS Alerts" has them. */
export const TLS_ALERTS: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  21: 'decryption_failed',
  22: 'record_overflow',
  30: 'decompression_failure',
  40: 'handshake_failure',
  41: 'no_certificate',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  52: 'too_many_cids_requested',
  60: 'export_restriction',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  111: 'certificate_unobtainable',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  114: 'bad_certificate_hash_value',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
  121: 'ech_required',
};

/** OpenSSL's spelling where it differs from the registry's. */
const SPELLINGS: Readonly<Record<string, number>> = { user_cancelled: 90 };

export interface TlsAlert {
  readonly number: number;
  readonly name: string;
}

export function alertByNumber(number: number): TlsAlert {
  return { number, name: TLS_ALERTS[number] ?? `alert ${number}` };
}

/**
 * The alert that the *peer* sent, if this error of a TLS socket reports one. The number is in OpenSSL's
 * message; failing that the code's suffix is matched, since its prefix differs between versions of Node
 * (`ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE`, `ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE`).
 */
export function tlsAlertOf(error: Error): TlsAlert | undefined {
  const number = /\bSSL alert number (\d{1,3})\b/.exec(error.message)?.[1];
  if (number !== undefined) return alertByNumber(Number(number));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const suffix = /^ERR_SSL_(?:SSLV3_|TLSV1_|TLSV13_|SSL\/TLS_)(?:ALERT_)?([A-Z_]+)$/
    .exec(code)?.[1]
    ?.toLowerCase();
  if (suffix === undefined) return undefined;
  const byName = Object.entries(TLS_ALERTS).find(([, name]) => name === suffix)?.[0] ?? SPELLINGS[suffix];
  return byName === undefined ? undefined : alertByNumber(Number(byName));
}
