import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Takes the place of the SDK's default chain in the bundles (`lib/stacks/bundling.ts`): a function gets its credentials
 * in its environment, so profiles, SSO, STS and instance metadata would be 110 KB of unused code.
 */
export const defaultProvider = fromEnv;
