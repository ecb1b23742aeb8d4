/** Bytes that a peer sends in any number of pieces, in one buffer of a bounded size. */
import type { BufferBudget } from './buffer-budget.ts';

const FIRST_BYTES = 4_096;
/** Not charged to the budget: connections that use much of it must not prevent an ordinary answer on another. */
const FREE_BYTES = 32_768;
const NOTHING: Buffer = Buffer.alloc(0);

export class BoundedBytes {
  length = 0;
  /** The last piece was not kept whole because the budget of the run is used up. */
  outOfBudget = false;
  /** The only piece so far is kept without a copy: most answers are one piece. */
  private whole: Buffer | undefined = NOTHING;
  private buffer: Buffer = NOTHING;
  private taken = 0;

  /** @param budget what all buffers of a run may hold together; absent: only this one's limit counts */
  constructor(
    private readonly limit: number,
    private readonly budget?: BufferBudget,
  ) {}

  /** Keeps as much as fits; false when that is not all of it. */
  push(piece: Buffer): boolean {
    const most = Math.min(piece.length, this.limit - this.length);
    const taken = this.afford(this.length + most) ? most : Math.min(most, this.room());
    if (taken > 0) this.keep(taken === piece.length ? piece : piece.subarray(0, taken));
    return taken === piece.length;
  }

  /** Starts again, empty; the buffer's share of the budget is given back. */
  clear(): void {
    this.length = 0;
    this.whole = NOTHING;
    this.buffer = NOTHING;
    this.budget?.give(this.taken);
    this.taken = 0;
  }

  bytes(): Buffer {
    return this.whole ?? this.buffer.subarray(0, this.length);
  }

  /** Bytes that fit without another share of the budget. */
  private room(): number {
    const free = FREE_BYTES / 2 - this.length;
    return Math.max(0, free, this.whole === undefined ? this.buffer.length - this.length : 0);
  }

  private afford(length: number): boolean {
    if (this.budget === undefined) return true;
    const size = length <= this.buffer.length ? this.buffer.length : this.sizeFor(length);
    const more = Math.max(0, size - FREE_BYTES) - this.taken;
    if (more <= 0) return true;
    if (!this.budget.take(more)) {
      this.outOfBudget = true;
      return false;
    }
    this.taken += more;
    return true;
  }

  private sizeFor(length: number): number {
    return this.length === 0 ? length : Math.min(this.limit, Math.max(length * 2, FIRST_BYTES));
  }

  private keep(piece: Buffer): void {
    const length = this.length + piece.length;
    if (this.length === 0) {
      this.whole = piece;
    } else {
      if (this.whole !== undefined || length > this.buffer.length) this.grow(length);
      piece.copy(this.buffer, this.length);
    }
    this.length = length;
  }

  private grow(needed: number): void {
    const before = this.bytes();
    // Not from Node's pool, which would live as long as the answer.
    this.buffer = Buffer.allocUnsafeSlow(this.sizeFor(needed));
    before.copy(this.buffer);
    this.whole = undefined;
  }
}
