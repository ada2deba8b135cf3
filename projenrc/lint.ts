/** The rules of lint that are about this library: who may import whom, and what a rule of the lifecycle may not do. */
import { awscdk } from 'projen';

export function addLint(project: awscdk.AwsCdkConstructLibrary): void {
  const lint = project.eslint!;

  // Which file may import which. Constructs and handler share the contract alone, and the contract stands alone. The folders of
  // src/private/ form layers: each knows those before it, and none knows the public files.
  const HANDLER = { regex: '/lambda/|^@(aws-sdk|smithy)/', message: 'Constructs know nothing of the handler.' };
  const PUBLIC = { regex: '^\\.\\./\\.\\./', message: 'Private files know nothing of public ones.' };
  const INTEGRATIONS = { regex: '/integrations/', message: 'Nothing but index.ts knows an integration.' };
  const layer = (...folders: string[]) => ({ regex: `/(${folders.join('|')})(/|$)`, message: 'A layer knows only the layers before it.' });
  const imports = (files: string, patterns: { regex: string; message: string }[], excludedFiles?: string) => lint.addOverride({
    files: [files],
    ...excludedFiles && { excludedFiles: [excludedFiles] },
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  });
  imports('src/**/*.ts', [HANDLER, INTEGRATIONS], 'src/index.ts');
  imports('src/index.ts', [HANDLER]);
  imports('src/private/validation/*.ts', [HANDLER, PUBLIC, layer('wire', 'iam')]);
  imports('src/private/iam/*.ts', [HANDLER, PUBLIC, layer('validation', 'wire')]);
  imports('src/private/wire/*.ts', [HANDLER, PUBLIC, layer('iam')]);
  imports('src/private/*.ts', [HANDLER, { ...PUBLIC, regex: '^\\.\\./' }, layer('validation', 'iam', 'wire')]);
  imports('src/private/contract/*.ts', [{ regex: '', message: 'The contract imports nothing.' }]);
  const CONSTRUCTS = {
    regex: '/src/(?!private/contract(/index)?$)|^(aws-cdk-lib|constructs)(/|$)', message: 'The handler knows of the constructs only the contract.',
  };
  imports('lambda/**/*.ts', [CONSTRUCTS]);
  lint.addOverride({
    files: ['{src,lambda}/**/*.ts'],
    rules: { 'import/no-cycle': ['error'] },
  });
  // The rules of the lifecycle are a table of pure functions: they wait for nothing, and call nobody.
  const RULES = 'lambda/lifecycle/{decide,situation,advice,tags,rows}.ts';
  imports(RULES, [CONSTRUCTS, { regex: '/(ports|services|delivery|context|observe|act|retries|clock|secrets|devops-agent)$', message: 'A rule calls nobody.' }]);
  lint.addOverride({
    files: [RULES],
    rules: {
      'no-restricted-syntax': ['error', {
        selector: 'AwaitExpression, [async=true], NewExpression[callee.name="Promise"], CallExpression[callee.object.name="Date"]',
        message: 'A rule waits for nothing, and depends on its goal and facts alone.',
      }],
      // The name, the events and the words of a row stand on one line.
      '@stylistic/object-property-newline': 'off',
      '@stylistic/object-curly-newline': 'off',
    },
  });
  // Two copies of the library may be in one app.
  lint.addOverride({
    files: ['src/**/*.ts'],
    excludedFiles: ['src/private/wire/render.ts'],
    rules: {
      'no-restricted-syntax': ['error', {
        selector: "BinaryExpression[operator='instanceof']", message: 'instanceof knows the classes of one copy of the library: use a Brand.',
      }],
    },
  });

  // The habits of CDK apps, and those of constructs where awslint (test/awslint.test.ts) does not judge them.
  lint.addPlugins('awscdk');
  lint.addOverride({
    files: ['{src,examples}/**/*.ts'],
    extends: ['plugin:awscdk/classicStrict'],
    rules: {
      // A function that makes a construct for each tool is given its id.
      'awscdk/no-variable-construct-id': 'off',
      // Functions and property injectors make constructs in the scope that they are given.
      'awscdk/require-passing-this': 'off',
    },
  });
  lint.addOverride({
    files: ['src/**/*.ts'],
    rules: {
      // Takes a default value of props for another name, and knows nothing of private constructs. awslint: construct-ctor.
      'awscdk/construct-constructor-property': 'off',
      // Any folder of the name counts as somebody else's. The layers of src/private/ are restricted above.
      'awscdk/no-import-private': 'off',
      // Asks for the comments of private files and of what an interface has described. awslint: docs-public-apis.
      'awscdk/require-jsdoc': 'off',
    },
  });
  lint.addOverride({
    files: ['src/private/**/*.ts'],
    // Runs for ever on a type that contains itself.
    rules: { 'awscdk/no-construct-in-interface': 'off' },
  });
}
