/**
 * The prober as it is deployed, but that it trusts the story's authority beside the bundled roots. Addresses of the story
 * are public by number, so it needs no leave to probe private ones, and has none.
 */
import { readFileSync } from 'node:fs';
import { createTelemetry } from '../../../lib/aws/telemetry.ts';
import type { Invocation } from '../../../lib/service/ports/telemetry.ts';
import type { ProbeBatch } from '../../../lib/service/runs/messages.ts';
import { createProber } from '../../../lib/service/runs/prober.ts';

const root = readFileSync(process.env.STORY_ROOT ?? '', 'utf8');
const prober = createProber({
  allowPrivate: false,
  ...(process.env.AWS_ENDPOINT_URL_S3 !== undefined && {
    stopOrigin: process.env.AWS_ENDPOINT_URL_S3,
  }),
  telemetry: createTelemetry({ service: 'prober' }),
});

export const handler = (event: ProbeBatch, invocation: Invocation) =>
  prober({ ...event, settings: { ...event.settings, trustAnchors: [root] } }, invocation);
