/** The value of a JSON text; undefined for no text and for text that is not JSON. For text that a schema then checks. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
