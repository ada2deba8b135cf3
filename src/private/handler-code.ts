/** The handler's bundle as code of a Lambda function. */

import { existsSync } from 'fs';
import * as path from 'path';
import { Code, CodeConfig } from 'aws-cdk-lib/aws-lambda';
import { FileAssetPackaging, FileSystem, Names, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** A bundler that writes an ES module leaves no `__dirname`. The working folder must not take its place: it may hold a bundle of its own. */
const HERE = typeof __dirname === 'undefined' ? path.sep : __dirname;

const BUNDLE = path.join(HERE, '..', '..', 'assets', 'handler');

/**
 * The bundle that the package ships, as an asset. A substitute for `Code.fromAsset()`, which loads all of Amazon S3's constructs
 * and AWS's regional facts: see docs/adr/0006-the-bundle-is-staged-by-the-library.md for the gain.
 */
export class HandlerCode extends Code {
  public readonly isInline = false;

  public bind(scope: Construct): CodeConfig {
    const file = path.join(BUNDLE, 'index.js');
    if (!existsSync(file)) {
      throw new Error(`${scope.node.path}: the handler's code is missing: '${file}' does not exist. If the app is bundled, mark the package as external (esbuild --external:cdk-devops-agent) and install it where the app runs. Otherwise reinstall the package.`);
    }
    const { outdir, assetOutdir } = Stage.of(scope)!;
    const sourceHash = FileSystem.fingerprint(BUNDLE);
    const staged = path.join(assetOutdir, `asset.${sourceHash}`);
    // A copy by another stack or an earlier synthesis may be read-only, as the installed package may be.
    if (!existsSync(staged)) FileSystem.copyDirectory(BUNDLE, staged);
    const { bucketName, objectKey } = Stack.of(scope).synthesizer.addFileAsset({
      fileName: path.relative(outdir, staged),
      packaging: FileAssetPackaging.ZIP_DIRECTORY,
      sourceHash,
      displayName: `${Names.stackRelativeConstructPath(scope)}/Code`,
    });
    return { s3Location: { bucketName, objectKey } };
  }
}
