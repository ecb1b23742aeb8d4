/** The CDK app: reads cdk.json's context, builds the stacks. `npx cdk synth` needs neither an account nor a network. */
import { App } from 'aws-cdk-lib';
import { parseConfiguration } from '../lib/stacks/configuration.ts';
import { InboundCheckFleet } from '../lib/stacks/inbound-check-fleet.ts';

const app = new App();
const configuration = parseConfiguration((key) => app.node.tryGetContext(key));
if (configuration.ok)
  new InboundCheckFleet(app, 'Fleet', {
    ...configuration.value,
    account: process.env.CDK_DEFAULT_ACCOUNT,
  });
else {
  console.error(configuration.message);
  process.exitCode = 64;
}
