/** Bounds of a proof of ownership by a listener; without schemas, which not every function has. */

/** Ports below this one are opened by the administrator of a machine alone. */
export const PRIVILEGED_BELOW = 1_024;
/** Hosts of one run whose listeners are asked, and addresses of one host. */
export const MOST_LISTENER_HOSTS = 8;
export const MOST_LISTENER_ADDRESSES = 4;
