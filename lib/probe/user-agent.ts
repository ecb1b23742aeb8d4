import manifest from '../../package.json' with { type: 'json' };

/** Says who asks and why, for whoever reads the server's log. Filters are allowed to know us. */
export const USER_AGENT = `inbound-check/${manifest.version} (external reachability check)`;
