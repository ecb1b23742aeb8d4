/** Lambda's answer may have 6,291,556 bytes; base64 makes 4 of 3, and headers and quotes need some. */
export const MAX_ZIPPED_BYTES = 4_600_000;

/** A text of more bytes is sent gzipped, asked for or not: every browser takes it, and Lambda takes no more. */
export const MAX_PLAIN_BYTES = 1_000_000;

/** Below this gzip saves almost nothing. */
export const MIN_ZIPPED_BYTES = 1_024;
