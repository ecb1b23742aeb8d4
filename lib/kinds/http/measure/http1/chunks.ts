/** Undoes chunks (RFC 9112 §7.1) as Chromium does (net/http/http_chunked_decoder.cc), byte by byte where lines are. */

const LF = 10;
const CR = 13;
const SPACE = 32;
const SEMICOLON = 59;

/** Chromium's limit for a chunk's line. */
const MAX_LINE = 16_384;

export type ChunkStep = 'more' | 'complete' | 'malformed' | 'too-large';

type Part = 'size' | 'after-size' | 'extension' | 'size-end' | 'data' | 'data-end' | 'trailer';

export class ChunkDecoder {
  private part: Part = 'size';
  private digits = 0;
  private left = 0;
  private line = 0;
  /** In a trailer's line: anything but its end. */
  private lineHasText = false;
  private overhead = 0;

  /**
   * @param data gets the bytes of chunks; false when it wants no more
   * @param maxOverhead the most bytes for sizes, extensions and trailers together
   */
  constructor(
    private readonly data: (piece: Buffer) => boolean,
    private readonly maxOverhead: number,
  ) {}

  /** The last chunk came: what is missing is the end of its line or the empty line after it. */
  get sawLastChunk(): boolean {
    return this.part === 'trailer' || (this.left === 0 && this.digits > 0 && this.part !== 'data-end');
  }

  push(bytes: Buffer): ChunkStep {
    let at = 0;
    while (at < bytes.length) {
      if (this.part === 'data') {
        const end = Math.min(bytes.length, at + this.left);
        if (!this.data(bytes.subarray(at, end))) return 'too-large';
        this.left -= end - at;
        at = end;
        if (this.left === 0) this.begin('data-end');
        continue;
      }
      const byte = bytes[at] ?? 0;
      at += 1;
      this.overhead += 1;
      if (this.overhead > this.maxOverhead) return 'too-large';
      this.line += 1;
      if (this.line > MAX_LINE) return 'malformed';
      const step = this.take(byte);
      if (step !== 'more') return step;
    }
    return 'more';
  }

  private begin(part: Part): void {
    this.part = part;
    this.line = 0;
    this.lineHasText = false;
  }

  private take(byte: number): ChunkStep {
    switch (this.part) {
      case 'size': {
        const digit = hexDigit(byte);
        if (digit >= 0) {
          this.digits += 1;
          this.left = this.left * 16 + digit;
          return this.left > Number.MAX_SAFE_INTEGER ? 'malformed' : 'more';
        }
        if (this.digits === 0) return 'malformed';
        return this.afterSize(byte);
      }
      case 'after-size':
        return this.afterSize(byte);
      case 'extension':
        return byte === LF ? this.sizeKnown() : 'more';
      case 'size-end':
        return byte === LF ? this.sizeKnown() : 'malformed';
      case 'data-end':
        if (byte === LF) {
          this.digits = 0;
          this.begin('size');
          return 'more';
        }
        return byte === CR && this.line === 1 ? 'more' : 'malformed';
      case 'trailer':
        if (byte === LF) {
          if (!this.lineHasText) return 'complete';
          this.begin('trailer');
        } else if (byte !== CR) this.lineHasText = true;
        return 'more';
      case 'data':
        return 'more';
      default:
        return this.part satisfies never;
    }
  }

  private afterSize(byte: number): ChunkStep {
    switch (byte) {
      case SPACE:
        this.part = 'after-size';
        return 'more';
      case SEMICOLON:
        this.part = 'extension';
        return 'more';
      case CR:
        this.part = 'size-end';
        return 'more';
      case LF:
        return this.sizeKnown();
      default:
        return 'malformed';
    }
  }

  private sizeKnown(): ChunkStep {
    this.begin(this.left === 0 ? 'trailer' : 'data');
    return 'more';
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
