/** The probe: a Lambda function that asks the DevOps Agent API what no template shows. */

import * as path from 'node:path';
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';

const OUT = path.join(__dirname, '..', '..', '.local', 'integ');

/**
 * `awsApiCall()` of integ-tests loads the package of a service from the Lambda runtime, whose SDK need not know AWS DevOps Agent. So the
 * probe brings the client that the handler has, and `invokeFunction()` calls it.
 */
export class Probe extends LambdaFunction {
  constructor(scope: Construct, id: string, statements: PolicyStatement[]) {
    buildSync({
      entryPoints: [path.join(__dirname, 'probe-handler.ts')], outfile: path.join(OUT, 'index.js'), bundle: true, platform: 'node', target: 'node20', minify: true,
    });
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(OUT),
      timeout: Duration.minutes(2),
      initialPolicy: statements,
    });
  }

  /** Asserts what the answer to a question contains. */
  public expect(integ: IntegTest, question: string, about: { [member: string]: string }, answer: { [member: string]: any }): void {
    integ.assertions
      .invokeFunction({ functionName: this.functionName, payload: JSON.stringify({ question, ...about }) })
      .expect(ExpectedResult.objectLike({ Payload: Match.serializedJson(Match.objectLike(answer)) }));
  }
}

/** The actions of a probe that is to see and to try everything. */
export function everything(): PolicyStatement {
  return new PolicyStatement({
    actions: ['aidevops:RegisterService', 'aidevops:TagResource', 'aidevops:DeregisterService', 'aidevops:GetService', 'aidevops:ListServices'],
    resources: ['*'],
  });
}
