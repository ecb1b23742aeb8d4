/** Synthesizes the app and bundles the rig's own prober, once for all test files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from './assembly.ts';
import { bundleHandler } from './bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the cloud assembly. */
    readonly assembly: string;
    readonly proberBundle: string;
    readonly notifierBundle: string;
    readonly ownershipBundle: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-rig-'));
  const assembly = join(folder, 'cdk.out');
  const [proberBundle, notifierBundle, ownershipBundle] = await Promise.all([
    bundleHandler('prober-entry.ts', folder),
    bundleHandler('notifier-entry.ts', folder),
    bundleHandler('ownership-entry.ts', folder),
    synthesize(assembly),
  ]);
  project.provide('assembly', assembly);
  project.provide('proberBundle', proberBundle);
  project.provide('notifierBundle', notifierBundle);
  project.provide('ownershipBundle', ownershipBundle);
  return () => rmSync(folder, { recursive: true, force: true });
}
