/** The account that stacks are deployed to in the rig. */
export const ACCOUNT = '123456789012';
