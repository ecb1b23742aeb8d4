/**
 * Takes the place of the SDK's cache of discovered endpoints in the bundles (`lib/stacks/bundling.ts`): DynamoDB's client
 * makes one, and only the middleware of endpoint discovery reads it, which none of the commands has. With its LRU list it
 * would be 8 kB.
 */
export class EndpointCache {}
