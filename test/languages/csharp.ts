/**
 * Compiles the example in C#, and the package that is generated for .NET, without the .NET SDK and NuGet: with Mono's compiler,
 * against what the same generator makes of those types of aws-cdk-lib and constructs that the two mention.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pacmak, Run, run } from './tools';
import { ROOT } from '../support/workspace';

/** The types that the example takes from aws-cdk-lib, besides those that the package mentions. */
const MENTIONED = [
  'App', 'CfnOutput', 'Stack', 'StageSynthesisOptions', 'aws_devopsagent.CfnAgentSpace', 'aws_iam.Role', 'aws_secretsmanager.Secret', 'cx_api.CloudAssembly',
];

/** The generated packages, each of which knows those before it. */
const PACKAGES = ['Constructs', 'Amazon.CDK.Lib', 'CdkDevOpsAgent'];

/** Mistakes that the compiler has to find in the example: otherwise it checks nothing. */
const MISTAKES = [
  ['new PagerDutyRegistrationProps', 'new PagerDutyRegistrationProperties', 'CS0246'],
  ['Subdomain =', 'SubDomain =', 'CS0117'],
  ['.BearerToken(', '.BearerTokens(', 'CS0117'],
  ['.Webhook.Secret.', '.Webhook.Secrets.', 'CS1061'],
  ['Subdomain = "acme"', 'Subdomain = 1', 'CS0029'],
] as const;

type Json = Readonly<Record<string, any>>;

/** Compiles in a folder. Returns the errors of the example, or the mistakes that the compiler does not find in it. */
export async function compile(options: Run): Promise<string[]> {
  await generate(options);
  const dist = join(options.cwd, 'dist', 'dotnet');
  const enums = sourcesIn(dist).flatMap((source) => /public enum (\w+)/.exec(source)?.[1] ?? []);
  await mcs(join(__dirname, 'Runtime.cs'), 'Runtime.dll', [], options);
  const libraries = ['Runtime.dll'];
  for (const name of PACKAGES) {
    writeFileSync(join(options.cwd, `${name}.cs`), `using Amazon.JSII.Runtime.Deputy;\n${sourcesIn(join(dist, name)).map((source) => olderSyntax(source, enums)).join('\n')}`);
    await mcs(`${name}.cs`, `${name}.dll`, libraries, options);
    libraries.push(`${name}.dll`);
  }

  const errorsOf = async (program: string) => {
    writeFileSync(join(options.cwd, 'Program.cs'), program);
    return mcs('Program.cs', 'Program.exe', libraries, options).then((): string[] => [], (error: Error) => [error.message]);
  };
  const example = readFileSync(join(ROOT, 'examples', 'csharp', 'Program.cs'), 'utf8');
  const problems = await errorsOf(example);
  if (problems.length > 0) return problems;
  for (const [text, mistake, number] of MISTAKES) {
    const errors = (await errorsOf(example.replace(text, mistake))).join();
    if (!errors.includes(`error ${number}`)) problems.push(`the compiler does not find \`${mistake}\` in place of \`${text}\``);
  }
  return problems;
}

/** Generates the packages in `dist/dotnet`: of aws-cdk-lib, a part. */
async function generate(options: Run): Promise<void> {
  const cdk = join(ROOT, 'node_modules', 'aws-cdk-lib');
  const part = join(options.cwd, 'aws-cdk-lib');
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, '.jsii'), JSON.stringify(partOf(assemblyIn(cdk), assemblyIn(ROOT))));
  const { name, version, main, types, jsii, license, author, repository, peerDependencies } = JSON.parse(readFileSync(join(cdk, 'package.json'), 'utf8'));
  writeFileSync(join(part, 'package.json'), JSON.stringify({ name, version, main, types, jsii, license, author, repository, peerDependencies }));
  await pacmak(['--code-only', '--target', 'dotnet', '--outdir', 'dist', part, join(ROOT, 'node_modules', 'constructs'), ROOT], options);
}

function mcs(source: string, target: string, libraries: readonly string[], options: Run): Promise<void> {
  const kind = target.endsWith('.exe') ? 'exe' : 'library';
  return run(['mcs', `-out:${target}`, `-target:${kind}`, ...libraries.map((library) => `-r:${library}`), source], options);
}

function assemblyIn(folder: string): Json {
  const assembly = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8'));
  return assembly.compression ? JSON.parse(gunzipSync(readFileSync(join(folder, assembly.filename))).toString('utf8')) : assembly;
}

/** The types of an assembly that another one mentions and those that they cannot do without, with the members that mention these types alone. */
function partOf(assembly: Json, other: Json): Json {
  const kept = new Set<string>();
  const keep = (fqn: string) => {
    const type = assembly.types[fqn];
    if (!type || kept.has(fqn)) return;
    kept.add(fqn);
    namesIn({ base: type.base, interfaces: type.interfaces, initializer: type.initializer, outer: fqn.replace(/\.\w+$/, '') }).forEach(keep);
  };
  [...namesIn(other.types), ...MENTIONED.map((name) => `${assembly.name}.${name}`)].forEach(keep);

  const isKept = ({ overrides: _, ...member }: Json) => namesIn(member).every((name) => !(name in assembly.types) || kept.has(name));
  const types = [...kept].map((fqn) => {
    const { properties, methods, ...type } = assembly.types[fqn];
    return [fqn, { ...type, properties: properties?.filter(isKept), methods: methods?.filter(isKept) }];
  });
  return { ...assembly, readme: undefined, types: Object.fromEntries(types) };
}

/** All texts in a value but the documentation: the names of types are among them. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => name === 'docs' ? [] : namesIn(part));
}

/** The generated files, without those that only make the packages load each other. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.cs$/.test(file) && !/AssemblyInfo|Internal\//.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** A generated file in the C# that Mono's compiler knows: without nullable references, and with nothing in an interface but its members. */
function olderSyntax(source: string, enums: readonly string[]): string {
  const nullableReference = new RegExp(`(?<!\\b(?:double|bool|DateTime|${enums.join('|')}))\\?(?=[ >\\[)])`, 'g');
  const code = source.replace(/^using .*\n|^#.*\n|^ *\/\/.*\n|^ *\[(?:assembly: )?(?:Jsii|System\.Obsolete).*\n/gm, '')
    .replaceAll('[Amazon.JSII.Runtime.Deputy.JsiiOptional]', '').replace(nullableReference, '').replace(/!;/g, ';');
  if (!/^ {4}public interface /m.test(code)) return code;
  const proxy = code.search(/^ {8}(new )?internal sealed class _Proxy/m);
  return (proxy < 0 ? code : `${code.slice(0, proxy)}    }\n}\n`)
    .replace(/\{\s*get\s*\{\s*return null;\s*\}\s*(set\s*\{[^}]*\}\s*)?\}/g, (_, setter) => setter ? '{ get; set; }' : '{ get; }');
}
