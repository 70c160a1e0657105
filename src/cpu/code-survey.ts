import type { Address } from '../memory/address.ts';

/** What one instruction does that its registers do not tell. */
export type CodeFact =
  /** The emulated processor has no such instruction, or it touches more than memory and general registers. */
  | { readonly kind: 'forbidden'; readonly at: Address; readonly mnemonic: string }
  /** A fixed address: what is read or written there, or that the address itself is taken. */
  | { readonly kind: 'reference'; readonly at: Address; readonly address: Address; readonly access: ReferenceAccess }
  /** An access to the per-CPU area at a fixed offset. */
  | { readonly kind: 'percpu'; readonly at: Address; readonly address: Address; readonly access: ReferenceAccess }
  /** Code that cannot be read or decoded. */
  | { readonly kind: 'unreadable'; readonly at: Address };

/** What an instruction does with an address that stands in it. */
export type ReferenceAccess = 'read' | 'write' | 'address';

/** What a survey asks of those who know the memory. */
export interface CodeSource {
  /** Up to 15 bytes of code at an address; undefined: there is no code. */
  code(address: Address): Uint8Array | undefined;
  /** Whether an address that an instruction names is one of the image that the code belongs to. */
  isImage(address: Address): boolean;
  /** A branch goes to `target`: true when what stands there is looked at too. */
  follows(target: Address): boolean;
  /** What stands at a branch's target never returns. */
  endsAt(target: Address): boolean;
}

/**
 * Looks at all code that control can reach from an address by direct branches, without running it. What has been looked
 * at, by the addresses of the instructions, is added to `seen`.
 */
export type SurveyCode = (source: CodeSource, entry: Address, seen: Set<Address>) => Iterable<CodeFact>;
