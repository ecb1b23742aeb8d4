/**
 * Takes the place of the SDK's event streams in the bundles (`lib/stacks/bundling.ts`): of S3 only SelectObjectContent has
 * them, of Lambda only InvokeWithResponseStream, and no function calls these. They would be 15 kB.
 */

/** The clients' constructors ask for it. */
export const resolveEventStreamSerdeConfig = <Input>(input: Input): Input => input;

export const eventStreamSerdeProvider = (): never => {
  throw new Error('event streams are not in this bundle');
};

/** Made when a request or an answer has an event stream. */
export class EventStreamSerde {
  constructor() {
    eventStreamSerdeProvider();
  }
}
