import type { PortRole } from './listener-log.ts';

const USUAL: Readonly<Record<number, PortRole>> = { 25: 'smtp', 587: 'smtp', 2525: 'smtp', 465: 'smtps' };

/** What a listener speaks on a port of which nothing is said. */
export const usualRole = (port: number): PortRole => USUAL[port] ?? 'any';
