/** Two texts that name an item: what it belongs to, and which part of that it is, as in `TARGET#shop` and `LATEST`. */
export interface ItemKey {
  /** At most 2,048 bytes. Items that have it in common are a partition: `query` reads them together. */
  readonly pk: string;
  /** At most 1,024 bytes. */
  readonly sk: string;
}

/**
 * An item as plain data: texts, finite numbers, truth values, lists and records; a field that is `undefined` is not
 * stored. With texts as `kind` and `name` it is found by `list`. `ttl`: epoch seconds after which the store may forget
 * it; it may still give it for two days more, so a reader that cares compares the time.
 */
export interface Item extends ItemKey {
  readonly [field: string]: unknown;
}

export type ItemFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * What must be true of the stored item, or the write does not take place. A field that is `undefined` here must be
 * missing there.
 */
export type ItemCondition =
  | { readonly absent: true }
  | { readonly present: true }
  /** It is there, and has these values. */
  | { readonly equals: ItemFields }
  | { readonly absentOrEquals: ItemFields };

export interface ItemPage {
  readonly items: readonly Item[];
  /** Where to continue, for this list only; absent: that was all. */
  readonly next?: string;
}

/**
 * The only access to what the service stores besides the objects of its runs. Each write is of one item, and takes place
 * completely or not at all; of several writes with conditions at the same moment each sees what the one before left. All
 * reject with a `StoreFailed` failure when the store can't be reached or refuses; a condition that does not hold is a
 * value. test/service/state/item-store-contract.ts says the same as tests: every item store has to pass it.
 */
export interface ItemStore {
  /** Sees every write that has ended. */
  get(key: ItemKey): Promise<Item | undefined>;
  /** Those of the keys that are there, in any order; may miss what was written in the last second. */
  getAll(keys: readonly ItemKey[]): Promise<readonly Item[]>;
  /** Replaces the whole item. False: the condition did not hold. */
  put(item: Item, condition?: ItemCondition): Promise<boolean>;
  /** Sets these fields and leaves the others as they are; an item that doesn't exist is created with only these. */
  update(key: ItemKey, fields: Readonly<Record<string, string | number | boolean>>): Promise<void>;
  /** Removes it if it is there. False: the condition did not hold. */
  remove(key: ItemKey, condition?: ItemCondition): Promise<boolean>;
  /**
   * Items with this `kind`, by the bytes of `name`; may miss what was written in the last second. `after`: a page's
   * `next`; after anything else there is nothing.
   */
  list(kind: string, options?: { readonly after?: string; readonly limit?: number }): Promise<ItemPage>;
  /**
   * Items of one partition whose `sk` begins with `prefix`, by its bytes; sees every write that has ended. `after`: the
   * `sk` after which to continue.
   */
  query(
    pk: string,
    options?: {
      readonly prefix?: string;
      readonly newestFirst?: boolean;
      readonly limit?: number;
      readonly after?: string;
    },
  ): Promise<readonly Item[]>;
  /**
   * Takes `member` into the set of this key, unless it has `limit` members already: a count that a repeated call does
   * not raise. False: full, and `member` is not in it. A set's key is no item's.
   *
   * @param ttl epoch seconds after which the set may be forgotten
   */
  admit(
    key: ItemKey,
    admission: { readonly member: string; readonly limit: number; readonly ttl: number },
  ): Promise<boolean>;
  /** The set of this key; sees every admission that has ended. */
  admitted(key: ItemKey): Promise<ReadonlySet<string>>;
}
