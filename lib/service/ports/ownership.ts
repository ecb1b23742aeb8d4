/** What was looked for at one host, and what was found. */
export type HostOwnership =
  | {
      readonly host: string;
      readonly proven: {
        readonly method: 'dns-txt' | 'http-file';
        /** Where the challenge is: the host, or a domain above it. */
        readonly at: string;
        /** The names below `at` are proven, too. */
        readonly below: boolean;
      };
    }
  /** `seen`: a line for each place, as `TXT _inbound-check.example.com: no such name`. Bounded and printable. */
  | { readonly host: string; readonly seen: readonly string[] };

/** `unavailable`: the look-up itself could not be made, which says nothing about the hosts. */
export type OwnershipAnswer =
  | { readonly status: 'looked'; readonly hosts: readonly HostOwnership[] }
  | { readonly status: 'unavailable'; readonly message: string };

/** Looks for `challenge` at each of the hosts. Never rejects for what the network, a server or the cloud does. */
export type ProveOwnership = (hosts: readonly string[], challenge: string) => Promise<OwnershipAnswer>;
