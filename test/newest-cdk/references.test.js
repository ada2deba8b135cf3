'use strict';

// References to a service id from another stack, as docs/updates.md describes them: run by .ci/newest-cdk, since the floor of
// aws-cdk-lib knows strong references only.
const { App, Stack } = require('aws-cdk-lib');
const { StringParameter } = require('aws-cdk-lib/aws-ssm');
const NEW_APP = require('aws-cdk-lib/recommended-feature-flags.json');
const { EventChannelRegistration } = require('../../lib');

/** The value of a parameter that holds a service id of another stack, and that stack's output. */
function referenceIn(context) {
  const app = new App({ context });
  const [tools, team] = ['Tools', 'Team'].map((id) => new Stack(app, id, { env: { account: '111122223333', region: 'us-east-1' } }));
  new StringParameter(team, 'Id', { stringValue: new EventChannelRegistration(tools, 'Channel').serviceId });
  const [{ Outputs }, { Resources }] = [tools, team].map(({ stackName }) => app.synth().getStackByName(stackName).template);
  const parameter = Object.values(Resources).find(({ Type }) => Type === 'AWS::SSM::Parameter');
  return { value: parameter.Properties.Value, output: Object.values(Outputs)[0] };
}

test('without feature flags a reference is strong: an export, which CloudFormation does not change while it is in use', () => {
  const { value, output } = referenceIn({});
  expect(value).toEqual({ 'Fn::ImportValue': output.Export.Name });
});

test('in a new app it is weak: nothing is exported, so nothing keeps the service from being replaced', () => {
  const { value, output } = referenceIn(NEW_APP);
  expect(value).toEqual({ 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'Tools' }) });
  expect(output).not.toHaveProperty('Export');
});
