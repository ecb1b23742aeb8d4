/** Payload format 2.0, in which API Gateway hands a request to a function and takes its answer (HTTP API, "AWS Lambda proxy integrations"). */
import * as z from 'zod';

/** Whose temporary credentials of Cognito these are; absent, or null, of all others. */
const CognitoIdentity = z.object({
  identityPoolId: z.string(),
  /** How the person was authenticated, as `authenticated`, the pool, and `POOL:CognitoSignIn:SUBJECT`. */
  amr: z.array(z.string()).nullish(),
});
export type CognitoIdentity = z.infer<typeof CognitoIdentity>;

/** As much of the event as is read. */
export const HttpEvent = z.object({
  version: z.literal('2.0'),
  /** The route by which IAM judged the caller, as `GET /targets/{name}`. */
  routeKey: z.string().optional(),
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  /** Names in lower case. */
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    http: z.object({ method: z.string(), sourceIp: z.string().optional() }),
    /** What API Gateway itself has found out of the signature; nothing of it comes from the caller. */
    authorizer: z
      .object({ iam: z.object({ userArn: z.string().min(1), cognitoIdentity: CognitoIdentity.nullish() }) })
      .optional(),
  }),
});
export type HttpEvent = z.infer<typeof HttpEvent>;

export interface ApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}
