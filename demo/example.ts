import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, same, show } from './report';
import { LogEntry, Simulator } from '../test/simulator/server';
import { Aws, valuesOf } from '../test/support/aws';
import { Cdk } from '../test/support/cdk';
import { Engine } from '../test/support/engine';
import { deregistered, registerCalls, registrations, Row } from '../test/support/registrations';
import { credentialsIn, SeededSecrets } from '../test/support/secrets';
import { ROOT, Workspace } from '../test/support/workspace';

/** The local AWS that the examples run on. */
export interface Local {
  readonly workspace: Workspace;
  readonly simulator: Simulator;
  readonly engine: Engine;
  readonly aws: Aws;
  readonly secrets: SeededSecrets;
  /** Has something done when the demo ends, however it ends. */
  atEnd(ending: () => unknown): void;
}

/** An example and the registrations that are expected of it. */
export interface Description {
  /** Its folder in `examples/`. */
  readonly folder: string;
  readonly stack: string;
  /** Its registrations by the construct's id: the service in the API, and the secret that it gets, if any. */
  readonly registrations: Readonly<Record<string, { readonly service: string; readonly secret?: string }>>;
}

/** An example, deployed and destroyed by the CDK CLI; each time, what came of it is held against what the simulated API has. */
export class Example {
  public readonly cli: Cdk;
  public readonly folder: string;
  public readonly stack: string;
  /** The ids of all services that it ever had. */
  private readonly serviceIds = new Set<string>();
  /** All display names that its registrations ever had, by the construct's id; the last one is the present one. */
  private readonly names: Readonly<Record<string, string[]>>;
  private readonly logBefore: number;
  private lastContext: readonly string[] = [];

  constructor(public readonly local: Local, private readonly description: Description) {
    this.folder = join(ROOT, 'examples', description.folder);
    this.stack = description.stack;
    this.names = Object.fromEntries(this.ids.map((id) => [id, [`${this.stack}-${id}`]]));
    this.logBefore = local.simulator.log.length;
    this.cli = new Cdk(local.workspace, local.engine.url, this.folder, (text) => {
      appendFileSync(join(local.workspace.dir, 'cdk.log'), text);
      process.stdout.write(text.replace(/^(?=.)/gm, '  │ '));
    });
    local.atEnd(() => this.cli.kill());
  }

  /** The ids of its registrations, in order. */
  public get ids(): string[] {
    return Object.keys(this.description.registrations).sort();
  }

  /** The options of the CLI that gave the last deployment its context. */
  public get context(): readonly string[] {
    return this.lastContext;
  }

  /** The calls of the API since the example began. */
  public get log(): LogEntry[] {
    return this.local.simulator.log.slice(this.logBefore);
  }

  public async cdk(...args: string[]): Promise<void> {
    const { code } = await this.cli.run(...args);
    if (code !== 0) throw new Error(`cdk ${args[0]} ended with exit code ${code}`);
  }

  /** Expects another display name of a registration from the next deployment on. */
  public rename(id: string, name: string): void {
    this.names[id].push(name);
  }

  /** Deploys; returns what is registered then, by the construct's id. */
  public async deploy(...context: string[]): Promise<Record<string, Row>> {
    this.lastContext = context;
    const outputs = this.file('outputs.json');
    await this.cdk('deploy', this.stack, '--require-approval', 'never', '--outputs-file', outputs, ...context);
    await this.save();

    const rows = this.registered();
    show(rows);
    this.checkRows(rows, JSON.parse(readFileSync(outputs, 'utf8'))[this.stack]);
    rows.filter(({ consentUrl }) => consentUrl === undefined).forEach(({ serviceId }) => this.serviceIds.add(serviceId));
    return Object.fromEntries(rows.map((row) => [this.idOf(row), row]));
  }

  /** @param exceptions How often a registration was asked for, by its display name, where that is not once. */
  public checkCalls(what: string, exceptions: Record<string, number> = {}): void {
    const expected = this.ids.flatMap((id) => this.names[id].map((name) => [name, exceptions[name] ?? 1]));
    check(what, same(registerCalls(this.log), Object.fromEntries(expected)));
  }

  /** An output of the last deployment. */
  public output(name: string): string {
    return JSON.parse(readFileSync(this.file('outputs.json'), 'utf8'))[this.stack][name];
  }

  public async destroy(): Promise<void> {
    await this.cdk('destroy', this.stack, '--force');
    show(this.registered());
    const { services, pending } = this.local.simulator.service.snapshot();
    check('nothing is registered any more, and nothing waits for consent', services.length === 0 && pending.length === 0);
    check(`each of the ${this.serviceIds.size} services that there were was deregistered once`,
      same(deregistered(this.log).sort(), [...this.serviceIds].sort()));
    check('the stack is deleted', [undefined, 'DELETE_COMPLETE'].includes(await this.local.aws.stackStatus(this.stack)));
  }

  /** A file of this example's that its run writes. */
  public file(name: string): string {
    return join(this.local.workspace.dir, `${this.stack}.${name}`);
  }

  private registered(): Row[] {
    return registrations(this.local.simulator, this.local.secrets.credentials);
  }

  private nameOf(id: string): string {
    return this.names[id][this.names[id].length - 1];
  }

  private idOf({ name }: Row): string {
    return this.ids.find((id) => this.nameOf(id) === name) ?? name;
  }

  /** Checks that every deployment has to pass. */
  private checkRows(rows: readonly Row[], outputs: Record<string, string>): void {
    const expected = (row: Row) => this.description.registrations[this.idOf(row)];
    check(`there is exactly one registration of each of the ${this.ids.length}`,
      same(rows.map(({ name }) => name), this.ids.map((id) => this.nameOf(id)).sort())
      && rows.every((row) => row.integration === expected(row).service));
    check('the credentials arrived where they belong, and nowhere else', rows.every((row) => {
      const { secret } = expected(row);
      return same(row.credentials, secret === undefined ? [] : credentialsIn(secret));
    }));
    check('the stack\'s outputs name the services that exist, and the pages that wait for consent', rows.every((row) => {
      const [serviceId, consentUrl = 'none'] = ['ServiceId', 'ConsentUrl'].map((output) => outputs[`${this.idOf(row)}${output}`]);
      return serviceId === (row.consentUrl === undefined ? row.serviceId : 'pending-authorization') && consentUrl === (row.consentUrl ?? 'none');
    }));
  }

  /** Saves the texts of CloudFormation and the log of the handler: they are searched for credentials at the end. */
  private async save(): Promise<void> {
    const { aws } = this.local;
    writeFileSync(this.file('lambda.log'), await aws.lambdaLogs());
    for (const action of ['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResources', 'GetTemplate']) {
      const answer = await aws.cloudFormation(action, { StackName: this.stack });
      appendFileSync(this.file('cloudformation.xml'), [answer, ...valuesOf(answer, 'TemplateBody'), ''].join('\n'));
    }
  }
}
