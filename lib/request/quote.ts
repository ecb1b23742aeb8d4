const MAX = 80;

/**
 * Quotes what the user wrote for a message: one line, bounded, with control characters and those that reverse the
 * direction of text made visible.
 */
export function quote(text: string): string {
  const cut = text.length > MAX ? `${text.slice(0, MAX - 1)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
