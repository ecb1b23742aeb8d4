/** What people and tokens of a station may be called: it stands in paths, in lists and on record. */
export const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,59}$/u;
export const NAME_WORDS = '1 to 60 letters, digits and . _ @ -, a letter or digit first';
