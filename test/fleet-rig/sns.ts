/** SNS: takes Publish, with SNS's own rules on subjects and the key of the topic, and keeps what was published. */
import { randomUUID } from 'node:crypto';
import type { Stack } from './cloudformation.ts';
import { type Front, type FrontOptions, startFront } from './front.ts';
import type { ApiAnswer } from './loopback-server.ts';

export interface TopicPlan {
  readonly arn: string;
  /** ARN of the key that encrypts it. */
  readonly key: string | undefined;
}

export const topicsOf = (stack: Stack): TopicPlan[] =>
  stack.ofType('AWS::SNS::Topic').map(({ logicalId, properties }) => ({
    arn: stack.arn(logicalId),
    key: properties.KmsMasterKeyId === undefined ? undefined : String(properties.KmsMasterKeyId),
  }));

export interface Published {
  readonly topic: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface NotificationService extends Front {
  readonly published: readonly Published[];
}

export async function startSns(
  topics: readonly TopicPlan[],
  authorise: FrontOptions['authorise'],
): Promise<NotificationService> {
  const published: Published[] = [];
  const front = await startFront({
    actionOf({ body }) {
      const form = new URLSearchParams(body.toString());
      return form.get('Action') === 'Publish'
        ? { action: 'sns:Publish', resource: form.get('TopicArn') ?? '' }
        : undefined;
    },
    authorise,
    deny: (message) => error(403, 'AuthorizationError', message),
    async service(request, { resource }) {
      const topic = topics.find(({ arn }) => arn === resource);
      if (topic === undefined) return error(404, 'NotFound', 'Topic does not exist');
      if (topic.key !== undefined)
        for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
          const denied = authorise(request, { action, resource: topic.key });
          if (denied !== undefined) return error(400, 'KMSAccessDenied', denied);
        }
      const form = new URLSearchParams(request.body.toString());
      const subject = form.get('Subject') ?? '';
      // SNS API reference, Publish, Subject: less than 100 characters.
      if (!/^[!-~][ -~]{0,98}$/.test(subject))
        return error(400, 'InvalidParameter', 'Invalid parameter: Subject');
      published.push({
        topic: topic.arn,
        subject,
        message: form.get('Message') ?? '',
        attributes: attributesOf(form),
      });
      return {
        status: 200,
        headers: { 'content-type': 'text/xml' },
        body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${randomUUID()}</MessageId></PublishResult></PublishResponse>`,
      };
    },
  });
  return Object.assign(front, { published });
}

/** `MessageAttributes.entry.1.Name=kind&MessageAttributes.entry.1.Value.StringValue=failing`. */
function attributesOf(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let n = 1; ; n += 1) {
    const entry = `MessageAttributes.entry.${n}`;
    const name = form.get(`${entry}.Name`);
    if (name === null) return attributes;
    attributes[name] = form.get(`${entry}.Value.StringValue`) ?? '';
  }
}

const error = (status: number, code: string, message: string): ApiAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')}</Message></Error></ErrorResponse>`,
});
