/**
 * The paths of links that take a form: a CloudFront Function says that its body is empty, so that CloudFront can sign it, and where
 * it comes from.
 */
import type { FunctionAssociation } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { VISITOR_ADDRESS_HEADER } from '../service/share/visitor-address.ts';
import type { FleetConfiguration } from './configuration.ts';
import { addViewerRequest } from './viewer-request.ts';

export const AGAIN_PATH = '/s/*/again';
export const OFFICE_PATH = '/s/*/office';

/**
 * A function URL takes no unsigned body, and CloudFront signs a POST by the hash in `x-amz-content-sha256`, which it does
 * not compute ("Restrict access to an AWS Lambda function URL origin"). No form of a browser can send that header. So the
 * form has nothing in its body, whose hash is this one, and its token in the query; a body that is not empty makes the
 * signature wrong, and Lambda refuses it before the function is called.
 */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** No managed policy has `CloudFront-Viewer-Address` beside what a viewer sends and without the host; this does the same. */
const CODE = `function handler(event) {
  var request = event.request;
  request.headers['${VISITOR_ADDRESS_HEADER}'] = { value: event.viewer.ip };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    request.headers['x-amz-content-sha256'] = { value: '${EMPTY_SHA256}' };
  return request;
}
`;

export const addFormEdge = (scope: Construct, fleet: FleetConfiguration): FunctionAssociation =>
  addViewerRequest(scope, fleet, {
    id: 'EmptyBody',
    name: 'again',
    comment: 'Says that the form of a link has an empty body, and where it comes from',
    code: CODE,
  });
