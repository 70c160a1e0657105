import { BTF_KIND } from '../../abi/btf.ts';
import type { StructLayout, StructMember } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import type { Btf } from './btf.ts';
import { cType } from './c-type.ts';
import { MAX_DEPTH, sizeOf, skipModifiers } from './walk.ts';

/** Most members a flattened struct may have: bounds what a hostile BTF can cost. */
const MAX_MEMBERS = 65_536;

/**
 * Size and field offsets of a STRUCT or UNION, or of what a TYPEDEF stands for; members of anonymous members are lifted.
 * The members are decoded when one is first asked for. Raises ProfileError, also later.
 */
export function structLayout(btf: Btf, typeId: number, pointerSize: number): StructLayout {
  let offsets: ReadonlyMap<string, number> | undefined;
  return {
    size: sizeOf(btf, typeId, pointerSize),
    offsetOf(field) {
      offsets ??= fieldOffsets(btf, typeId);
      return offsets.get(field);
    },
  };
}

/** Byte offset by field, in the order of the members. Raises ProfileError. */
function fieldOffsets(btf: Btf, typeId: number): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  liftMembers(btf, typeId, (name, bitOffset) => offsets.set(name, Math.floor(bitOffset / 8)));
  return offsets;
}

/** The named members with their types, in order. Raises ProfileError. */
export function structMembers(btf: Btf, typeId: number): StructMember[] {
  const members: StructMember[] = [];
  liftMembers(btf, typeId, (name, bitOffset, type, bitSize) => {
    members.push({ name, type: cType(btf, type), bitOffset, bitSize });
  });
  return members;
}

/** Tells `take` of each named member in order: its name, where it stands in the outermost struct, type and width. */
function liftMembers(
  btf: Btf,
  typeId: number,
  take: (name: string, bitOffset: number, type: number, bitSize: number) => void,
): void {
  let left = MAX_MEMBERS;
  const lift = (struct: number, base: number, depth: number): void => {
    if (!isStruct(btf, struct)) return;
    if (depth > MAX_DEPTH) throw new ProfileError('BTF: types nest too deeply');
    const flag = btf.flag(struct);
    for (let row = 0, count = btf.rows(struct); row < count; row++) {
      if (--left < 0) throw new ProfileError('BTF: a struct with too many members');
      const { name, type, bitOffset, bitSize } = btf.member(struct, row, flag);
      if (name !== '') take(name, base + bitOffset, type, bitSize);
      else lift(skipModifiers(btf, type), base + bitOffset, depth + 1);
    }
  };
  lift(skipModifiers(btf, typeId), 0, 0);
}

function isStruct(btf: Btf, id: number): boolean {
  const kind = btf.kind(id);
  return kind === BTF_KIND.STRUCT || kind === BTF_KIND.UNION;
}
