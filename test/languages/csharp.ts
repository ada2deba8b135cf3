/**
 * Compiles the example in C#, and the package that is generated for .NET, without the .NET SDK and NuGet: with Mono's compiler,
 * against what the same generator makes of those types of aws-cdk-lib and constructs that the two mention.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pacmak, Run, run } from './tools';
import { ROOT } from '../support/workspace';

/** What the example takes from aws-cdk-lib, besides what the package mentions. */
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

/** Generates the code and compiles it in a folder. Returns the mistakes that the compiler does not find. */
export async function compile(options: Run): Promise<string[]> {
  const [library, cdk, constructs] = [ROOT, join(ROOT, 'node_modules', 'aws-cdk-lib'), join(ROOT, 'node_modules', 'constructs')];
  const part = join(options.cwd, 'aws-cdk-lib');
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, '.jsii'), JSON.stringify(partOf(assemblyIn(cdk), assemblyIn(library))));
  const { name, version, main, types, jsii, license, author, repository, peerDependencies } = JSON.parse(readFileSync(join(cdk, 'package.json'), 'utf8'));
  writeFileSync(join(part, 'package.json'), JSON.stringify({ name, version, main, types, jsii, license, author, repository, peerDependencies }));
  await pacmak(['--code-only', '--target', 'dotnet', '--outdir', 'dist', part, constructs, library], options);

  const compiled = ['Runtime'];
  const mcs = async (source: string, target: string) =>
    run(['mcs', `-out:${target}`, target.endsWith('.dll') ? '-target:library' : '-target:exe', ...compiled.map((file) => `-r:${file}.dll`), source], options);
  await run(['mcs', '-out:Runtime.dll', '-target:library', join(__dirname, 'Runtime.cs')], options);
  for (const generated of PACKAGES) {
    writeFileSync(join(options.cwd, `${generated}.cs`), olderSyntax(join(options.cwd, 'dist', 'dotnet', generated)));
    await mcs(`${generated}.cs`, `${generated}.dll`);
    compiled.push(generated);
  }
  const example = readFileSync(join(ROOT, 'examples', 'csharp', 'Program.cs'), 'utf8');
  const errorsOf = async (text: string) => {
    writeFileSync(join(options.cwd, 'Program.cs'), text);
    const before = readFileSync(options.log, 'utf8').length;
    return mcs('Program.cs', 'QuickStart.exe').then(() => '', () => readFileSync(options.log, 'utf8').slice(before));
  };
  const missed: string[] = [];
  for (const [text, mistake, error] of MISTAKES) {
    if (!(await errorsOf(example.replace(text, mistake))).includes(`error ${error}`)) missed.push(`\`${mistake}\` in place of \`${text}\` is not found`);
  }
  const errors = await errorsOf(example);
  return [...missed, ...errors ? [errors] : []];
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

/** Generated code in the C# that Mono's compiler knows: without nullable references, and with nothing in an interface but its members. */
function olderSyntax(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.cs$/.test(file) && !/AssemblyInfo|Internal\//.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8')
    .replace(/^using .*\n|^#.*\n|^ *\/\/.*\n|^ *\[(?:assembly: )?(?:Jsii|System\.Obsolete).*\n/gm, '').replaceAll('[Amazon.JSII.Runtime.Deputy.JsiiOptional]', ''));
  const enums = texts.flatMap((text) => /public enum (\w+)/.exec(text)?.[1] ?? []);
  const nullableReference = new RegExp(`(?<!\\b(?:double|bool|DateTime|${enums.join('|')}))\\?(?=[ >\\[)])`, 'g');
  return `using Amazon.JSII.Runtime.Deputy;\n${texts.map((text) => (/^ {4}public interface /m.test(text) ? membersAlone(text) : text)
    .replace(nullableReference, '').replace(/!;/g, ';')).join('\n')}`;
}

function membersAlone(text: string): string {
  const proxy = text.search(/^ {8}(new )?internal sealed class _Proxy/m);
  return (proxy < 0 ? text : `${text.slice(0, proxy)}    }\n}\n`)
    .replace(/\{\s*get\s*\{\s*return null;\s*\}\s*(set\s*\{[^}]*\}\s*)?\}/g, (_, setter) => setter ? '{ get; set; }' : '{ get; }');
}
