import fc from 'fast-check';

/** CI says the same of the same commit; every other run explores anew, and prints the seed of what it finds. */
if (process.env.CI) fc.configureGlobal({ seed: 20261125 });
