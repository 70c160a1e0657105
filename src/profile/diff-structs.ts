import type { KernelProfile, StructMember } from './kernel-profile.ts';

/** How one member differs; undefined where a kernel has it not. */
export interface MemberChange {
  readonly name: string;
  readonly before: StructMember | undefined;
  readonly after: StructMember | undefined;
}

/** How one struct differs. */
export interface StructChange {
  readonly name: string;
  /** Bytes. */
  readonly sizeBefore: number;
  readonly sizeAfter: number;
  /** Members added, removed, moved or of another type, in their order. */
  readonly members: readonly MemberChange[];
}

/** Structs, unions and typedefs that both kernels know and that differ, by name. Empty when a kernel has no BTF. */
export function diffStructs(a: KernelProfile, b: KernelProfile): StructChange[] {
  const changes: StructChange[] = [];
  for (const name of a.structNames()) {
    const change = diffStruct(a, b, name);
    if (change) changes.push(change);
  }
  return changes;
}

/** How a struct differs between two kernels; undefined when it does not, or when one knows it not. */
export function diffStruct(a: KernelProfile, b: KernelProfile, name: string): StructChange | undefined {
  const before = a.members(name);
  const after = b.members(name);
  if (!before || !after) return undefined;
  const members = diffMembers(before, after);
  const sizeBefore = a.layout(name)!.size;
  const sizeAfter = b.layout(name)!.size;
  return members.length > 0 || sizeBefore !== sizeAfter ? { name, sizeBefore, sizeAfter, members } : undefined;
}

function diffMembers(before: readonly StructMember[], after: readonly StructMember[]): MemberChange[] {
  const old = new Map(before.map((member) => [member.name, member]));
  const kept = new Set(after.map(({ name }) => name));
  const gone = before.filter(({ name }) => !kept.has(name));
  return [
    ...gone.map((member) => ({ name: member.name, before: member, after: undefined })),
    ...after
      .filter((member) => !sameMember(old.get(member.name), member))
      .map((member) => ({ name: member.name, before: old.get(member.name), after: member })),
  ];
}

function sameMember(a: StructMember | undefined, b: StructMember): boolean {
  return a !== undefined && a.type === b.type && a.bitOffset === b.bitOffset && a.bitSize === b.bitSize;
}
