import { ESLint } from 'eslint';
// The rules are configured the way that the lint task reads them.
import { LegacyESLint } from 'eslint/use-at-your-own-risk';

// The lint rule that guards the border between src/ and lambda/, tried out with code that would break it.
async function findings(filePath: string, code: string): Promise<string[]> {
  const [result] = await (new LegacyESLint() as ESLint).lintText(code, { filePath });
  return result.messages.filter((message) => message.ruleId === 'no-restricted-imports').map((message) => message.message);
}

test.each([
  ['src/secret-field.ts', "import '../lambda/event';"],
  ['src/private/wire.ts', "import '../../lambda/event';"],
  ['src/secret-field.ts', "import '@aws-sdk/client-secrets-manager';"],
  ['lambda/wire/event.ts', "import '../../src/secret-field';"],
  ['lambda/wire/event.ts', "import '../../src/private/wire';"],
  ['lambda/wire/event.ts', "import 'aws-cdk-lib/core';"],
  ['src/private/contract/index.ts', "import '../wire';"],
  ['src/private/contract/index.ts', "import 'node:fs';"],
])('%s must not say %s', async (file, code) => {
  expect(await findings(file, code)).toHaveLength(1);
});

test.each([
  ['lambda/wire/event.ts', "import '../../src/private/contract';"],
  ['src/private/wire.ts', "import './contract';"],
])('%s may say %s', async (file, code) => {
  expect(await findings(file, code)).toEqual([]);
});
