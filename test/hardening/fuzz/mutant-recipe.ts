/** One change of a file's bytes. */
export type MutantOperation =
  | readonly ['set', offset: number, hex: string]
  | readonly ['trunc', length: number]
  | readonly ['append', hex: string]
  | readonly ['zero', offset: number, length: number]
  | readonly ['swap', first: number, second: number, length: number];

/** A level and a line. */
export type LogLine = readonly [level: number, text: string];

/** What the kernel said of a module file. */
export interface Answer {
  readonly errno: number;
  readonly log: readonly LogLine[];
}

/** One line of a corpus: a mutated module, and what the real kernel said of it. */
export interface MutantRecipe extends Partial<Answer> {
  readonly id: string;
  /** The module that is changed. */
  readonly base: string;
  /** Modules that are loaded before. */
  readonly needs?: readonly string[];
  readonly kind: string;
  readonly note?: string;
  readonly ops: readonly MutantOperation[];
  /** The kernel died, and where. */
  readonly oops?: boolean;
  readonly why?: string;
}

/** The bytes of a mutant. Nothing grows but by `append`; what lies beyond the end is left out. */
export function applyOperations(base: Uint8Array, operations: readonly MutantOperation[]): Uint8Array {
  let bytes = base.slice();
  for (const operation of operations) bytes = apply(bytes, operation);
  return bytes;
}

function apply(bytes: Uint8Array<ArrayBuffer>, operation: MutantOperation): Uint8Array<ArrayBuffer> {
  switch (operation[0]) {
    case 'set':
      bytes.set(
        fromHex(operation[2]).subarray(0, Math.max(0, bytes.length - operation[1])),
        Math.min(operation[1], bytes.length),
      );
      return bytes;
    case 'trunc':
      return bytes.slice(0, operation[1]);
    case 'append':
      return joined(bytes, fromHex(operation[1]));
    case 'zero':
      bytes.fill(0, operation[1], operation[1] + operation[2]);
      return bytes;
    case 'swap':
      swap(bytes, operation[1], operation[2], operation[3]);
      return bytes;
  }
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function swap(bytes: Uint8Array, first: number, second: number, length: number): void {
  if (Math.max(first, second) + length > bytes.length || Math.abs(first - second) < length) return;
  const kept = bytes.slice(first, first + length);
  bytes.copyWithin(first, second, second + length);
  bytes.set(kept, second);
}
