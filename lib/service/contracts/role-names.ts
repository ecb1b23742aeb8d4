/** The roles, without what each may do: from the one that may do most to the one that may do least. */
export const ROLES = ['operator', 'support', 'reader'] as const;
export type Role = (typeof ROLES)[number];
