/**
 * Cipher suites of TLS 1.2 and older that protect nothing, or too little, by their numbers in the registry
 * (https://www.iana.org/assignments/tls-parameters). RFC 9325 §4.1 forbids those without encryption or authentication, export suites and
 * RC4, and all of less than 112 bits; 3DES fell to SWEET32 (RFC 8429, CVE-2016-2183).
 */

/** What is wrong with a suite, worst first: the order in which they are offered. */
export const WEAKNESSES = ['anonymous', 'unencrypted', 'export', 'des', 'rc4', '3des'] as const;
export type Weakness = (typeof WEAKNESSES)[number];

interface WeakSuite {
  readonly number: number;
  /** As the registry names it. */
  readonly name: string;
}

const named = (suites: Readonly<Record<string, number>>): WeakSuite[] =>
  Object.entries(suites).map(([name, number]) => ({ name, number }));

/** The suites of each weakness that servers have had; a suite with several is listed under the worst. */
export const WEAK_SUITES: Readonly<Record<Weakness, readonly WeakSuite[]>> = {
  anonymous: named({
    TLS_ECDH_anon_WITH_AES_128_CBC_SHA: 0xc018,
    TLS_ECDH_anon_WITH_AES_256_CBC_SHA: 0xc019,
    TLS_DH_anon_WITH_AES_128_GCM_SHA256: 0x00a6,
    TLS_DH_anon_WITH_AES_256_GCM_SHA384: 0x00a7,
    TLS_DH_anon_WITH_AES_128_CBC_SHA256: 0x006c,
    TLS_DH_anon_WITH_AES_256_CBC_SHA256: 0x006d,
    TLS_DH_anon_WITH_AES_128_CBC_SHA: 0x0034,
    TLS_DH_anon_WITH_AES_256_CBC_SHA: 0x003a,
    TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA: 0x0046,
    TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA: 0x0089,
    TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA: 0xc017,
    TLS_DH_anon_WITH_3DES_EDE_CBC_SHA: 0x001b,
    TLS_ECDH_anon_WITH_RC4_128_SHA: 0xc016,
    TLS_DH_anon_WITH_RC4_128_MD5: 0x0018,
    TLS_DH_anon_WITH_DES_CBC_SHA: 0x001a,
    TLS_DH_anon_EXPORT_WITH_RC4_40_MD5: 0x0017,
    TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA: 0x0019,
    TLS_ECDH_anon_WITH_NULL_SHA: 0xc015,
  }),
  unencrypted: named({
    TLS_ECDHE_ECDSA_WITH_NULL_SHA: 0xc006,
    TLS_ECDHE_RSA_WITH_NULL_SHA: 0xc010,
    TLS_RSA_WITH_NULL_SHA256: 0x003b,
    TLS_RSA_WITH_NULL_SHA: 0x0002,
    TLS_RSA_WITH_NULL_MD5: 0x0001,
  }),
  export: named({
    TLS_RSA_EXPORT_WITH_RC4_40_MD5: 0x0003,
    TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5: 0x0006,
    TLS_RSA_EXPORT_WITH_DES40_CBC_SHA: 0x0008,
    TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA: 0x0011,
    TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA: 0x0014,
    TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA: 0x0062,
    TLS_RSA_EXPORT1024_WITH_RC4_56_SHA: 0x0064,
  }),
  des: named({
    TLS_RSA_WITH_DES_CBC_SHA: 0x0009,
    TLS_DHE_DSS_WITH_DES_CBC_SHA: 0x0012,
    TLS_DHE_RSA_WITH_DES_CBC_SHA: 0x0015,
  }),
  rc4: named({
    TLS_ECDHE_ECDSA_WITH_RC4_128_SHA: 0xc007,
    TLS_ECDHE_RSA_WITH_RC4_128_SHA: 0xc011,
    TLS_RSA_WITH_RC4_128_SHA: 0x0005,
    TLS_RSA_WITH_RC4_128_MD5: 0x0004,
  }),
  '3des': named({
    TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA: 0xc008,
    TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA: 0xc012,
    TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA: 0x0016,
    TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA: 0x0013,
    TLS_RSA_WITH_3DES_EDE_CBC_SHA: 0x000a,
  }),
};

/** What is wrong with the suite of this name; `undefined` for one that is not in the table. */
export const weaknessOf = (name: string): Weakness | undefined =>
  WEAKNESSES.find((weakness) => WEAK_SUITES[weakness].some((suite) => suite.name === name));
