/**
 * What a run asks of the outside while no change of the machine is under way: to run a command, or to wait.
 * A run is a generator: it yields a request and is continued with the exit status (0 after a wait).
 */
export type Request =
  | { readonly kind: 'command'; readonly command: string; readonly environment: Readonly<Record<string, string>> }
  | { readonly kind: 'wait'; readonly milliseconds: number };

/** A run that ends in a number: an exit status or a negated errno. */
export type Run = Generator<Request, number, number>;
