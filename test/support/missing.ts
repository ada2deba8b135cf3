/** Something that this machine lacks, in one line for the user who can add it. */
export class Missing extends Error {}

/** An error's message, in one line, however it came. */
export function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
}
