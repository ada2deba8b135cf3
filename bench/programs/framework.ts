/** What CDK's Provider framework runs, from the package that ships it; the package exports the construct alone. */
export { onEvent } from '../../node_modules/aws-cdk-lib/custom-resources/lib/provider-framework/runtime/framework';
