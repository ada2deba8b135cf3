import * as path from 'path';
import { Code, CodeConfig } from 'aws-cdk-lib/aws-lambda';
import { AssetStaging, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** The bundle that ships, as an asset. `Code.fromAsset()` does the same, and for that loads all of Amazon S3's constructs and AWS's regional facts. */
export class HandlerCode extends Code {
  public readonly isInline = false;

  public bind(scope: Construct): CodeConfig {
    const stack = Stack.of(scope);
    const staging = new AssetStaging(scope, 'Code', { sourcePath: path.join(__dirname, '..', '..', 'assets', 'handler') });
    const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
      fileName: staging.relativeStagedPath(stack),
      packaging: staging.packaging,
      sourceHash: staging.assetHash,
    });
    return { s3Location: { bucketName, objectKey } };
  }
}
