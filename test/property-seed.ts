import fc from 'fast-check';

/** CI gives the same result for the same commit; every other run uses a new seed, and prints it with what it finds. */
if (process.env.CI) fc.configureGlobal({ seed: 20261125 });
