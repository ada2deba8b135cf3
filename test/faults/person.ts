import { Account } from './account';
import { Report } from './report';
import { Person as Manners } from './schedule';
import { VirtualTime } from './time';

/** Whoever is asked for consent, and takes their time. */
export class Person {
  /** What was consented to although it was not wanted any more: it is told nowhere, so nobody can remove it. */
  public readonly orphans = new Set<string>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly time: VirtualTime,
    private readonly account: Account,
    private readonly manners: Manners,
    private readonly isWanted: (requestId: string) => boolean,
    private readonly report: Report,
  ) {}

  /** Shows the person a text in which there may be a page to consent on. */
  public show(text: string): void {
    for (const { authorizationUrl } of this.account.service.snapshot().pending) {
      if (text.includes(authorizationUrl) && !this.asked.has(authorizationUrl) && this.manners.delay !== null) {
        this.asked.add(authorizationUrl);
        this.time.at(this.time.now() + this.manners.delay * 1000, () => this.consent(authorizationUrl));
        if (this.manners.twice) {
          this.time.at(this.time.now() + this.manners.delay * 1000 + 20_000, () => this.consent(authorizationUrl));
        }
      }
    }
  }

  private consent(url: string): void {
    const known = this.account.service.snapshot().services.length;
    const serviceId = this.account.consent(url);
    const service = this.account.service.snapshot().services.find((candidate) => candidate.serviceId === serviceId);
    this.report.note(() => `consent: ${serviceId ?? 'refused'}`);
    const isNew = this.account.service.snapshot().services.length > known;
    if (service && isNew && !this.isWanted(service.tags['cdk-devops-agent:request'])) {
      this.orphans.add(service.serviceId);
    }
  }
}
