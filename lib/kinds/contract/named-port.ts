/** A name whose address a verdict rests on, with the port it was looked up for. */
export interface NamedPort {
  /** ASCII name or IP literal without brackets. */
  readonly host: string;
  /** Absent: looked up for no port, which any pin of the name answers. */
  readonly port?: number;
}
