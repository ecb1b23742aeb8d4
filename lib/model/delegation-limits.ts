// Not beside the schemas: the prober's bundle has none.

/** The most name servers of a zone that are asked, and the most addresses of theirs; the root and the large zones have 13. */
export const MOST_NAME_SERVERS = 13;
export const MOST_SERVER_ADDRESSES = 26;
