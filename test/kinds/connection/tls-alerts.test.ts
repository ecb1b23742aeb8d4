import { expect, test } from 'vitest';
import { tlsAlertOf } from '../../../lib/kinds/connection/tls-alerts.ts';

const failure = (code: string, message = code): Error => Object.assign(new Error(message), { code });

test.each([
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 40, 'handshake_failure'],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 40, 'handshake_failure'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 42, 'bad_certificate'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 70, 'protocol_version'],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 80, 'internal_error'],
  ['ERR_SSL_TLSV1_ALERT_USER_CANCELLED', 90, 'user_canceled'],
  ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 112, 'unrecognized_name'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 116, 'certificate_required'],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 120, 'no_application_protocol'],
])('%s is alert %i, whatever the version of Node', (code, number, name) => {
  expect(tlsAlertOf(failure(code))).toEqual({ number, name });
});

test('the number in OpenSSL’s message counts before the code', () => {
  const message =
    '809C:error:0A000410:SSL routines:ssl3_read_bytes:x:rec_layer_s3.c:1605:SSL alert number 71\n';
  expect(tlsAlertOf(failure('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', message))).toEqual({
    number: 71,
    name: 'insufficient_security',
  });
});

test.each([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNEXPECTED_MESSAGE',
  'ECONNRESET',
  'ERR_SSL_NO_PROTOCOLS_AVAILABLE',
])('%s is ours and no alert of the peer', (code) => {
  expect(tlsAlertOf(failure(code))).toBeUndefined();
});
