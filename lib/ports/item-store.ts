/** Partition and sort key, as in `TARGET#shop` and `TARGET`. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/**
 * An item as plain data. With `kind` and `name` it is found by `list`. `ttl`: epoch seconds after which it may vanish;
 * the store may still give it for two days more, so who cares compares the time.
 */
export interface Item extends ItemKey {
  readonly [field: string]: unknown;
}

/** What must hold of the item that is there already, or the write does not take place. */
export type ItemCondition =
  | { readonly absent: true }
  | { readonly present: true }
  /** Has these values; a field that is `undefined` here must be missing there. */
  | { readonly equals: Readonly<Record<string, string | number | boolean | undefined>> };

export interface ItemPage {
  readonly items: readonly Item[];
  /** To go on with; absent: that was all. */
  readonly next?: string;
}

/**
 * The fleet's table as the parts of it see it: each keeps its own items behind functions of its own, parses what it
 * reads, and takes what it can't read for absent. All reject with a `StoreFailed` failure when the table can't be
 * reached or refuses; a condition that does not hold is a value.
 */
export interface ItemStore {
  /** Consistent: sees every write that has ended. */
  get(key: ItemKey): Promise<Item | undefined>;
  /** Replaces the whole item. False: the condition did not hold. */
  put(item: Item, condition?: ItemCondition): Promise<boolean>;
  /** Removes it if it is there. False: the condition did not hold. */
  remove(key: ItemKey, condition?: ItemCondition): Promise<boolean>;
  /** Items with this `kind`, by `name`; eventually consistent. `after`: a page's `next`. */
  list(kind: string, options?: { readonly after?: string; readonly limit?: number }): Promise<ItemPage>;
  /** Items of one partition whose sort key begins with `prefix`, by sort key. `after`: sort key behind which to go on. */
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
   * Takes `member` into the set that the item holds, unless it has `limit` members already: a count that a repeated
   * call does not raise. False: full.
   *
   * @param ttl epoch seconds after which the set may vanish
   */
  admit(
    key: ItemKey,
    admission: { readonly member: string; readonly limit: number; readonly ttl: number },
  ): Promise<boolean>;
}
