import { ESLint } from 'eslint';
// The rules are configured the way that the lint task reads them.
import { LegacyESLint } from 'eslint/use-at-your-own-risk';

// The lint rules that guard who may import whom, tested with code that breaks them.
const RULES = ['no-restricted-imports', 'no-restricted-syntax'];

async function findings(filePath: string, code: string): Promise<string[]> {
  const [result] = await (new LegacyESLint() as ESLint).lintText(code, { filePath });
  return result.messages.filter((message) => RULES.includes(message.ruleId ?? '')).map((message) => message.message);
}

test.each([
  ['src/secret-field.ts', "import '../lambda/clock';"],
  ['src/private/wire/render.ts', "import '../../../lambda/clock';"],
  ['src/secret-field.ts', "import '@aws-sdk/client-secrets-manager';"],
  ['src/secret-field.ts', "import './integrations/splunk-registration';"],
  ['src/private/wire/render.ts', "import '../../secret-field';"],
  ['src/private/wire/render.ts', "import '../iam/grants';"],
  ['src/private/iam/grants.ts', "import '../validation/check';"],
  ['src/private/iam/grants.ts', "import '../wire/names';"],
  ['src/private/validation/check.ts', "import '../wire/names';"],
  ['src/private/copies.ts', "import '../secret-field';"],
  ['src/private/copies.ts', "import './wire/names';"],
  ['lambda/wire/event.ts', "import '../../src/secret-field';"],
  ['lambda/wire/event.ts', "import '../../src/private/wire/details';"],
  ['lambda/wire/event.ts', "import 'aws-cdk-lib/core';"],
  ['src/private/contract/index.ts', "import '../wire/details';"],
  ['src/private/contract/index.ts', "import 'node:fs';"],
  ['src/secret-field.ts', 'export const is = {} instanceof Map;'],
  ['lambda/lifecycle/decide.ts', "import { observe } from './observe';"],
  ['lambda/lifecycle/decide.ts', "import { Clock } from '../clock';"],
  ['lambda/lifecycle/decide.ts', "import '../../src/secret-field';"],
  ['lambda/lifecycle/decide.ts', 'export async function decide() {}'],
  ['lambda/lifecycle/situation.ts', 'export const now = Date.now();'],
])('%s must not say %s', async (file, code) => {
  expect(await findings(file, code)).not.toEqual([]);
});

test.each([
  ['lambda/wire/event.ts', "import '../../src/private/contract';"],
  ['src/private/wire/render.ts', "import '../contract';"],
  ['src/private/wire/render.ts', "import '../validation/check';"],
  ['src/index.ts', "export * from './integrations/splunk-registration';"],
])('%s may say %s', async (file, code) => {
  expect(await findings(file, code)).toEqual([]);
});

// The rule looks for circles of files on the disk, so a circle cannot be tried out with code alone.
test.each(['src/index.ts', 'src/private/wire/details.ts', 'lambda/index.ts'])('%s must not be part of a circle of imports', async (file) => {
  const { rules } = await (new LegacyESLint() as ESLint).calculateConfigForFile(file);
  expect(rules['import/no-cycle'][0]).toBe('error');
});
