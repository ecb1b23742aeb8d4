/** Crockford's Base32 (https://www.crockford.com/base32.html): no I, L, O and U, so that a code survives a phone call. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The check character stands for a remainder of 37; these stand for the five beyond 31. */
const CHECKS = `${DIGITS}*~$=U`;
const CHARACTERS = 16;

/** The secret that listener and prober share: 16 characters of Base32, 80 bits, without groups and check character. */
export type ListenerCode = string & { readonly listenerCode: unique symbol };

/** The code of 10 random bytes. */
export function codeOfBytes(bytes: Uint8Array): ListenerCode {
  const bits = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const digits = Array.from(
    { length: CHARACTERS },
    (_, index) => DIGITS[Number((bits >> BigInt(5 * (CHARACTERS - 1 - index))) & 31n)],
  );
  return digits.join('') as ListenerCode;
}

/** As people read it: four groups of four, and the check character. `7K3D-…-9QZA-4`. */
export function spellCode(code: ListenerCode): string {
  return `${(code.match(/.{4}/g) ?? []).join('-')}-${checkOf(code)}`;
}

/**
 * What a person typed: case, blanks and dashes don't matter; O is read as 0, I and L as 1. `undefined`: not a code, or
 * its check character does not fit (a character was misread).
 */
export function readListenerCode(text: string): ListenerCode | undefined {
  const plain = text.replace(/[\s-]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  if (plain.length !== CHARACTERS + 1) return undefined;
  const digits = plain.slice(0, CHARACTERS);
  if (![...digits].every((digit) => DIGITS.includes(digit))) return undefined;
  const code = digits as ListenerCode;
  return checkOf(code) === plain[CHARACTERS] ? code : undefined;
}

function checkOf(code: ListenerCode): string {
  let remainder = 0;
  for (const digit of code) remainder = (remainder * 32 + DIGITS.indexOf(digit)) % 37;
  return CHECKS[remainder] ?? '';
}
