/** A mutation of the handler, as a change of one place in its sources. */
export interface Bug {
  readonly name: string;
  /** A file in lambda/. */
  readonly file: string;
  /** What stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The mutations that the search has to notice. */
export const BUGS: readonly Bug[] = [
  {
    name: 'what this request registered already is not adopted',
    file: 'registering.ts',
    find: 'const own = ({ tags }: TaggedService) => tags[TAG.request] === requestId;',
    replace: 'const own = (_: TaggedService) => false;',
  },
  {
    name: 'no mark of the owner',
    file: 'marks.ts',
    find: '[TAG.owner]: marks.owner,',
    replace: '',
  },
  {
    name: 'a service is its own whosever mark it carries',
    file: 'services.ts',
    find: 'return service.tags[TAG.owner] === this.owner;',
    replace: 'return service.tags[TAG.owner] !== undefined;',
  },
  {
    name: 'RegisterService is called again without a look at what the first call did',
    file: 'registering.ts',
    find: 'error.ambiguous ? await this.services.look(registration, own, LIST_LAG) : undefined;',
    replace: 'undefined;',
  },
  {
    name: 'one look is enough, however far lists lag',
    file: 'services.ts',
    find: 'if (found || !this.patient(deadline, every)) {',
    replace: 'if (found || this.patient(deadline, every) || true) {',
  },
  {
    name: 'only the first page of a list is read',
    file: 'services.ts',
    find: 'token = page.nextToken;',
    replace: 'token = undefined;',
  },
  {
    name: 'a refusal of RegisterService is answered with success',
    file: 'registering.ts',
    find: 'this.decide(error.ambiguous ? \'silent\' : \'refused\');\n        throw this.refused(error);',
    replace: 'return this.pending(requestId, NO_CONSENT_URL);',
  },
  {
    name: 'a failed Delete is swallowed',
    file: 'removing.ts',
    find: 'if (!passing || clock.remaining() < 2 * RESERVE + LOOK_EVERY) {',
    replace: 'if (!passing || clock.remaining() < 2 * RESERVE + LOOK_EVERY) {\n break;',
  },
  {
    name: 'the answer does not wait for Deregister',
    file: 'removing.ts',
    find: 'await api.deregister(serviceId);',
    replace: 'void api.deregister(serviceId).catch(() => undefined);',
  },
  {
    name: 'late events are obeyed',
    file: 'waiting.ts',
    find: 'if (this.age() < LATE) {',
    replace: 'if (this.age() < Infinity) {',
  },
  {
    name: 'CloudFormation that is throttled is taken to know nothing',
    file: 'waiting.ts',
    find: 'error.code === \'ValidationError\'',
    replace: 'error.status === 400',
  },
  {
    name: 'the Delete of an invented id does not wait for the Create that is under way',
    file: 'lifecycle.ts',
    find: 'invented ? this.world.clock.remaining() : LIST_LAG',
    replace: '0',
  },
  {
    name: 'an id that CloudFormation invented is taken for the id of a service',
    file: 'event.ts',
    find: ': { kind: \'invented\' };',
    replace: ': { kind: \'service\', serviceId: physicalId ?? \'\' };',
  },
  {
    name: 'the Delete of a failed Create removes all that the resource has',
    file: 'lifecycle.ts',
    find: '({ tags }: TaggedService) => tags[TAG.request] === identity.requestId;\n    const left',
    replace: '() => true;\n    const left',
  },
  {
    name: 'a rollback takes any service of its own for the one it needs',
    file: 'lifecycle.ts',
    find: '=> fingerprintOf(tags).configuration === configuration && fingerprintOf(tags).revision === revision;',
    replace: '=> fingerprintOf(tags).revision === revision;',
  },
  {
    name: 'a rollback registers anew what is still there',
    file: 'lifecycle.ts',
    find: 'const match = own.find((service) => isWanted(service)',
    replace: 'const match = own.find((service) => this.ofThisRequest(service) && isWanted(service)',
  },
  {
    name: 'what a failed update leaves behind stays',
    file: 'removing.ts',
    find: 'for (const leftover of leftovers.filter(({ service }) => !this.gone.has(service.serviceId))) {',
    replace: 'for (const leftover of leftovers.filter(() => false)) {',
  },
  {
    name: 'a list is believed of what is too new for it',
    file: 'services.ts',
    find: 'return this.clock.now() - createdAt.getTime() > NEW;',
    replace: 'return true;',
  },
  {
    name: 'a retained service is deregistered to make room',
    file: 'registering.ts',
    find: 'registration.retain || old.retain || retained(current)',
    replace: 'false',
  },
  {
    name: 'the old service goes although the new one has another identity',
    file: 'registering.ts',
    find: 'let last: CallError | undefined;',
    replace: 'let last: CallError | undefined;\n    if (before.current) { await this.deregister(before.current, RELEASE); }',
  },
  {
    name: 'no swap',
    file: 'registering.ts',
    find: 'const wasOurs = identity !== undefined &&',
    replace: 'const wasOurs = false &&',
  },
  {
    name: 'a role that was just made is not waited for',
    file: 'registering.ts',
    find: 'newRole.isOpen()',
    replace: 'false',
  },
  {
    name: 'throttling is final',
    file: 'devops-agent.ts',
    find: 'return this.status === 429 ||',
    replace: 'return false && this.status === 429 &&',
  },
  {
    name: 'a policy that has not spread is final',
    file: 'patience.ts',
    find: 'error.denied ? denial.isOpen() :',
    replace: 'error.denied ? false :',
  },
  {
    name: 'an absent service has to be deregistered all the same',
    file: 'removing.ts',
    find: 'if (error.absent || (!error.throttled && !(await this.services.get(serviceId)))) {',
    replace: 'if (error.absent) {',
  },
  {
    name: 'no watchdog',
    file: 'invocation.ts',
    find: 'const WATCHDOG = 10_000;',
    replace: 'const WATCHDOG = -3_600_000;',
  },
  {
    name: 'fields of one secret come from several reads',
    file: 'secrets.ts',
    find: 'this.reads.set(key, read);',
    replace: '',
  },
  {
    name: 'the version that a secret is pinned to is ignored',
    file: 'secrets.ts',
    find: 'leaf.versionId === undefined ? { versionStage: this.stage } : { versionId: leaf.versionId }',
    replace: '{}',
  },
  {
    name: 'a new revision of the credentials changes nothing',
    file: 'lifecycle.ts',
    find: '.versions === await versionsHash(registration, this.world.secrets)) {',
    replace: '.versions !== await versionsHash(registration, this.world.secrets)) {',
  },
  {
    name: 'a failed update answers with an id of its own',
    file: 'invocation.ts',
    find: 'physicalId: event.PhysicalResourceId ?? `failed/${event.RequestId}`',
    replace: 'physicalId: `failed/${event.RequestId}`',
  },
  {
    name: 'tags that are gone from the template stay',
    file: 'registering.ts',
    find: 'if (obsolete.length > 0) {',
    replace: 'if (obsolete.length < 0) {',
  },
  {
    name: 'the whole event is logged',
    file: 'invocation.ts',
    find: 'request: event.RequestType,',
    replace: 'request: event,',
  },
  {
    name: 'what others say is not redacted',
    file: 'redaction.ts',
    find: '.reduce((rest, needle) => rest.split(needle).join(MASK), text);',
    replace: '.reduce((rest) => rest, text);',
  },
];
