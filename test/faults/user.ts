import { Account } from './account';
import { Report } from './report';
import { User as Behavior } from './schedule';
import { VirtualTime } from './time';

/** The user who is asked for consent, and takes some time. */
export class User {
  /** The services whose consent came when nobody waited for it any more: no answer names them, so nobody can remove them. */
  public readonly orphans = new Set<string>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly time: VirtualTime,
    private readonly account: Account,
    private readonly behavior: Behavior,
    private readonly isWanted: (requestId: string) => boolean,
    private readonly report: Report,
  ) {}

  /** Shows the user a text in which there may be a page to consent on. */
  public show(text: string): void {
    for (const { authorizationUrl } of this.account.service.snapshot().pending) {
      if (text.includes(authorizationUrl) && !this.asked.has(authorizationUrl) && this.behavior.delay !== null) {
        this.asked.add(authorizationUrl);
        this.time.at(this.time.now() + this.behavior.delay * 1000, () => this.consent(authorizationUrl));
        if (this.behavior.twice) {
          this.time.at(this.time.now() + this.behavior.delay * 1000 + 20_000, () => this.consent(authorizationUrl));
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
