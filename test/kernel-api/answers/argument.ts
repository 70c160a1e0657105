/** An argument: a number, bytes that a pointer is given to, a pointer to pointers to such, or a function of the kernel. */
export type Argument = number | bigint | Uint8Array | PointerTo | FunctionOf;

/** A pointer to a function that the kernel exports. */
interface FunctionOf {
  readonly function: string;
}

/** A place with pointers to strings (NUL included) in it. */
export interface PointerTo {
  readonly strings: readonly Uint8Array[];
}
