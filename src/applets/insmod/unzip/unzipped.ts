/** What busybox made of a compressed file in memory. */
export interface Unzipped {
  /** What was written before the end or the damage; undefined when nothing was. */
  readonly bytes: Uint8Array | undefined;
  /** What was said about the damage. */
  readonly said?: string;
}

/** The parts that were written one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array | undefined {
  return parts.length === 0 ? undefined : Buffer.concat(parts);
}
