/** Microseconds from the epoch to the zero of `process.hrtime`. (`performance` would bring a dozen modules with it.) */
const EPOCH = Date.now() * 1000 - monotonic();

/** Microseconds since the epoch. */
export function now(): number {
  return Math.round(EPOCH + monotonic());
}

function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}

/** A kernel's clock: microseconds since it booted; never earlier than what it has said before. */
export function bootClock(bootedAt: number, atLeast: () => number): () => number {
  return () => Math.max(now() - bootedAt, atLeast());
}
