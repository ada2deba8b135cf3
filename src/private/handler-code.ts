import { existsSync } from 'fs';
import * as path from 'path';
import { Code, CodeConfig } from 'aws-cdk-lib/aws-lambda';
import { FileAssetPackaging, FileSystem, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const BUNDLE = path.join(__dirname, '..', '..', 'assets', 'handler');

/**
 * The bundle that ships, as an asset. `Code.fromAsset()` does the same, and for that loads all of Amazon S3's constructs and AWS's
 * regional facts; `AssetStaging` alone loads a library of file operations, which takes longer than to copy the bundle.
 */
export class HandlerCode extends Code {
  public readonly isInline = false;

  public bind(scope: Construct): CodeConfig {
    const { outdir, assetOutdir } = Stage.of(scope)!;
    const sourceHash = FileSystem.fingerprint(BUNDLE);
    const staged = path.join(assetOutdir, `asset.${sourceHash}`);
    // A package may be installed read-only, and so may be the copy that another stack or an earlier synthesis made.
    if (!existsSync(staged)) FileSystem.copyDirectory(BUNDLE, staged);
    const { bucketName, objectKey } = Stack.of(scope).synthesizer.addFileAsset({
      fileName: path.relative(outdir, staged),
      packaging: FileAssetPackaging.ZIP_DIRECTORY,
      sourceHash,
    });
    return { s3Location: { bucketName, objectKey } };
  }
}
