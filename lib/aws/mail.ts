import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { PublishMail } from '../service/ports/mail.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

/** Sends mails through an SNS topic. Subscriptions may filter by the attributes `kind`, `severity` and `target`. */
export function createSnsMail({ topicArn }: { readonly topicArn: string }): PublishMail {
  const client = new SNSClient(clientSettings);
  return async ({ subject, text }, { kind, severity, target }) => {
    await orStoreFailed('publish to the topic', () =>
      client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: text,
          MessageAttributes: Object.fromEntries(
            Object.entries({ kind, severity, target }).map(([name, StringValue]) => [
              name,
              { DataType: 'String', StringValue },
            ]),
          ),
        }),
      ),
    );
    return 'delivered';
  };
}
