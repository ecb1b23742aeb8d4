import type { Role } from '../../service/api/roles.ts';

/** The roles of lib/service/api/roles.ts, which is loaded when one is needed. */
export const ROLE_NAMES = ['operator', 'support', 'reader'] as const satisfies readonly Role[];
