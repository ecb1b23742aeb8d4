/** `12.3 MB`, and never less than what it is: `0.1 MB`. */
export const megabytes = (bytes: number): string => `${(Math.ceil(bytes / 100_000) / 10).toFixed(1)} MB`;
