/** A CloudFront Function that sees each request of a path before anything else does. */
import {
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { FleetConfiguration } from './configuration.ts';

/** `name`: of the path, in the function's own name. `code`: JavaScript of the runtime cloudfront-js-2.0. */
export function addViewerRequest(
  scope: Construct,
  { fleetName, homeRegion }: FleetConfiguration,
  edge: { readonly id: string; readonly name: string; readonly comment: string; readonly code: string },
): FunctionAssociation {
  return {
    eventType: FunctionEventType.VIEWER_REQUEST,
    function: new EdgeFunction(scope, edge.id, {
      // Its name is the account's and not a region's: a fleet that moves has both for a while.
      functionName: `${fleetName}-${edge.name}-${homeRegion}`,
      comment: edge.comment,
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(edge.code),
    }),
  };
}
