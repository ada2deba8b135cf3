/** What a run of one schedule comes to. */
export class Report {
  public events = 0;
  public faults = 0;
  public crashes = 0;
  public readonly violations: string[] = [];
  /** The rows of the decision table that were reached. */
  public readonly decisions = new Set<string>();
  /** All that was written where people read it: logs, answers, errors. */
  public readonly texts: string[] = [];
  /** What happened, line by line; kept only where somebody wants to read it. */
  public readonly trace: string[] | undefined;

  constructor(private readonly now: () => number, traced: boolean) {
    this.trace = traced ? [] : undefined;
  }

  public violation(text: string): void {
    if (!this.violations.includes(text)) {
      this.violations.push(text);
    }
    this.note(() => `VIOLATION: ${text}`);
  }

  public note(text: () => string): void {
    this.trace?.push(`${(this.now() / 1000).toFixed(1).padStart(8)}  ${text()}`);
  }
}
