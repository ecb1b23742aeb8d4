/** STS: gives the credentials of a role to who may assume it, by the caller's own rights and by whom the role trusts. */
import type { AssumableRole, Principal } from './deployment.ts';
import { type Action, type Front, type FrontOptions, startFront } from './front.ts';
import type { ApiAnswer, ApiRequest } from './loopback-server.ts';
import { refusal } from './policy.ts';

/** @param principals by access key */
export function startSts(
  roles: readonly AssumableRole[],
  principals: ReadonlyMap<string, Principal>,
  authorise: FrontOptions['authorise'],
): Promise<Front> {
  const service = async (request: ApiRequest, { action, resource }: Action): Promise<ApiAnswer> => {
    const role = roles.find(({ arn }) => arn === resource);
    const caller = principals.get(request.caller?.accessKeyId ?? '');
    if (role === undefined || caller === undefined) return denied(`no role ${resource}`);
    const externalId = formOf(request).get('ExternalId');
    const untrusted = refusal(
      caller.role,
      role.trust.map((statement) => ({ ...statement, resources: [resource] })),
      { action, resource },
      {
        'aws:PrincipalArn': caller.arn === undefined ? [] : [caller.arn],
        'sts:ExternalId': externalId === null ? [] : [externalId],
      },
    );
    return untrusted === undefined ? issued(role) : denied(`not trusted: ${untrusted}`);
  };
  return startFront({ actionOf, authorise, deny: denied, service });
}

const formOf = ({ body }: ApiRequest): URLSearchParams => new URLSearchParams(body.toString());

function actionOf(request: ApiRequest): Action | undefined {
  const form = formOf(request);
  return form.get('Action') === 'AssumeRole'
    ? { action: 'sts:AssumeRole', resource: form.get('RoleArn') ?? '' }
    : undefined;
}

const xml = (status: number, body: string): ApiAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body,
});

const denied = (message: string): ApiAnswer =>
  xml(
    403,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );

const issued = ({ arn, principal }: AssumableRole): ApiAnswer =>
  xml(
    200,
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>${arn}</Arn><AssumedRoleId>rig</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>${principal.accessKeyId}</AccessKeyId><SecretAccessKey>rig</SecretAccessKey><SessionToken>rig</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
