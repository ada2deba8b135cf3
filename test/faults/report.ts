/** The result of a run of one schedule. */
export class Report {
  public events = 0;
  public faults = 0;
  public crashes = 0;
  public readonly violations: string[] = [];
  /** The rows of the decision table that were reached. */
  public readonly decisions = new Set<string>();
  /** All that was written where a user reads it: logs, answers, errors. */
  public readonly texts: string[] = [];
  /** The trace, line by line; kept only for a replay. */
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
