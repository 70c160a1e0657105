import type { FunctionPrototype } from '../../profile/kernel-profile.ts';
import type { KernelFunctionRow } from '../kernel-function.ts';

/** Structures that are no more than what stands in them, although models take or give them. */
const PLAIN = new Set(
  (
    'list_head rb_node rb_root scatterlist timespec64 tm sockaddr qstr lockref nlattr nlmsghdr iov_iter kvec cpumask ' +
    'x86_cpu_id dmi_system_id ratelimit_state'
  ).split(' '),
);

/** Structures that models keep: part of what is true of one is known to the model alone, or its fields are not all filled. */
export class OwnedStructures {
  readonly #tables: readonly (() => readonly KernelFunctionRow[])[];
  #names: ReadonlySet<string> | undefined;

  /** `tables`: every model; what their prototypes name is theirs. */
  constructor(tables: readonly (() => readonly KernelFunctionRow[])[]) {
    this.#tables = tables;
  }

  /** The name of such a structure that a function is handed; undefined: none. */
  argumentOf({ parameters }: FunctionPrototype): string | undefined {
    return parameters.map(({ type }) => type.target?.structName ?? '').find((name) => this.#all.has(name));
  }

  get #all(): ReadonlySet<string> {
    this.#names ??= new Set(
      this.#tables
        .flatMap((table) => table())
        .flatMap(({ prototype }) => Array.from(prototype.matchAll(/\b(?:struct|union) (\w+)/g), ([, name]) => name!))
        .filter((name) => !PLAIN.has(name)),
    );
    return this.#names;
  }
}
