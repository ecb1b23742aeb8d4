/** The path of the distribution that says which address a request came from: a CloudFront Function, and nothing behind it. */
import type { FunctionAssociation } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { FleetConfiguration } from './configuration.ts';
import { addViewerRequest } from './viewer-request.ts';

export const REFLECTOR_PATH = '/ip';

/**
 * JavaScript of the runtime cloudfront-js-2.0 (CloudFront developer guide, "CloudFront Functions event structure"):
 * `viewer.ip` is the address of whoever connected. Nothing of the request is read, so nothing of it can come back.
 */
const CODE = `function handler(event) {
  return {
    statusCode: 200,
    statusDescription: 'OK',
    headers: {
      'content-type': { value: 'text/plain; charset=utf-8' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'x-robots-tag': { value: 'noindex' }
    },
    body: { encoding: 'text', data: event.viewer.ip + '\\n' }
  };
}
`;

export const addReflector = (scope: Construct, fleet: FleetConfiguration): FunctionAssociation =>
  addViewerRequest(scope, fleet, {
    id: 'Reflector',
    name: 'ip',
    comment: 'Says which address a request came from',
    code: CODE,
  });
