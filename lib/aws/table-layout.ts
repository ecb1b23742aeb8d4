/** What the stack and the adapter both have to know about the table. */

/** The index over `kind` and `name`, which only listed items have. */
export const LISTED_INDEX = 'listed';
