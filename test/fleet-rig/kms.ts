/** KMS: signs with Ed25519 keys that it made itself, for callers with permission. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Action, type Front, type FrontOptions, startFront } from './front.ts';
import { type ApiAnswer, type ApiRequest, jsonError } from './loopback-server.ts';

interface KmsRequest {
  readonly KeyId?: string;
  /** Base64. */
  readonly Message?: string;
  readonly MessageType?: string;
  readonly SigningAlgorithm?: string;
}

/** Bytes of a message that KMS signs as it is (KMS API reference, Sign). */
const MAX_MESSAGE = 4_096;

export interface KeyService extends Front {
  /** SPKI DER, base64, of a key. */
  publicKey(arn: string): string;
}

/** @param arns keys of the spec ECC_NIST_EDWARDS25519 */
export async function startKms(
  arns: readonly string[],
  authorise: FrontOptions['authorise'],
): Promise<KeyService> {
  const keys = new Map(arns.map((arn) => [arn, generateKeyPairSync('ed25519')] as const));
  const spki = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
  const service = async (request: ApiRequest, { action, resource }: Action): Promise<ApiAnswer> => {
    const pair = keys.get(resource);
    if (pair === undefined) return jsonError(400, 'NotFoundException', `Key '${resource}' does not exist`);
    if (action === 'kms:GetPublicKey')
      return answer({
        KeyId: resource,
        PublicKey: spki(pair.publicKey),
        KeySpec: 'ECC_NIST_EDWARDS25519',
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
      });
    const { Message = '', MessageType = 'RAW', SigningAlgorithm } = requestOf(request);
    const message = Buffer.from(Message, 'base64');
    if (SigningAlgorithm !== 'ED25519_SHA_512' || MessageType !== 'RAW')
      return jsonError(400, 'ValidationException', `${SigningAlgorithm} does not go with ${MessageType}`);
    if (message.length < 1 || message.length > MAX_MESSAGE)
      return jsonError(400, 'ValidationException', `Message has ${message.length} bytes`);
    return answer({
      KeyId: resource,
      Signature: sign(null, message, pair.privateKey).toString('base64'),
      SigningAlgorithm,
    });
  };
  const front = await startFront({
    actionOf,
    authorise,
    deny: (message) => jsonError(400, 'AccessDeniedException', message),
    service,
  });
  return Object.assign(front, {
    publicKey(arn: string) {
      const pair = keys.get(arn);
      if (pair === undefined) throw new Error(`there is no key ${arn}`);
      return spki(pair.publicKey);
    },
  });
}

const requestOf = ({ body }: ApiRequest): KmsRequest => JSON.parse(body.toString()) as KmsRequest;

/** `X-Amz-Target: TrentService.Sign`; keys are named by their ARN alone. */
function actionOf(request: ApiRequest): Action | undefined {
  const operation = /^TrentService\.(Sign|GetPublicKey)$/.exec(String(request.headers['x-amz-target']))?.[1];
  return operation === undefined
    ? undefined
    : { action: `kms:${operation}`, resource: requestOf(request).KeyId ?? '' };
}

const answer = (body: object): ApiAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
