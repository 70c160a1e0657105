/** Microseconds since the epoch. */
export function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** A kernel's clock: microseconds since it booted; never earlier than what it has said before. */
export function bootClock(bootedAt: number, atLeast: () => number): () => number {
  return () => Math.max(now() - bootedAt, atLeast());
}
