/**
 * What a run asks of the outside. While a command runs or time passes, no change of the machine is under way.
 * A run is a generator: it yields a request and is continued with the exit status of a command, -EINVAL for a damaged
 * file, else 0.
 */
export type Request =
  | { readonly kind: 'command'; readonly command: string; readonly environment: Readonly<Record<string, string>> }
  /** From here on the kernel is changed, not looked at. */
  | { readonly kind: 'begin' }
  /** Make a module file ready for loading: a compressed one is decoded, but for a format that the asker knows not. */
  | { readonly kind: 'prepare'; readonly path: string; readonly unknown?: 'zstd' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

/** A run that ends in a number: an exit status or a negated errno. */
export type Run = Generator<Request, number, number>;
