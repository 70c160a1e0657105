import { BTF_KIND } from '../../abi/btf.ts';
import type { StructLayout, StructMember } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import type { Btf, BtfMember } from './btf.ts';
import { cType } from './c-type.ts';
import { MAX_DEPTH, sizeOf, skipModifiers } from './walk.ts';

/** Most members a flattened struct may have: bounds what a hostile BTF can cost. */
const MAX_MEMBERS = 65_536;

/**
 * Size and field offsets of a STRUCT or UNION, or of what a TYPEDEF stands for; members of anonymous members are lifted.
 * The members are decoded when one is first asked for. Raises ProfileError, also later.
 */
export function structLayout(btf: Btf, typeId: number, pointerSize: number): StructLayout {
  let offsets: StructLayout['offsets'] | undefined;
  return {
    size: sizeOf(btf, typeId, pointerSize),
    get offsets() {
      offsets ??= fieldOffsets(btf, typeId);
      return offsets;
    },
  };
}

function fieldOffsets(btf: Btf, typeId: number): Record<string, number> {
  const offsets: Record<string, number> = Object.create(null);
  for (const { name, bitOffset } of liftedMembers(btf, typeId)) offsets[name] = Math.floor(bitOffset / 8);
  return offsets;
}

/** The named members with their types, in order. Raises ProfileError. */
export function structMembers(btf: Btf, typeId: number): StructMember[] {
  return liftedMembers(btf, typeId).map(({ name, type, bitOffset, bitSize }) => ({
    name,
    type: cType(btf, type),
    bitOffset,
    bitSize,
  }));
}

function liftedMembers(btf: Btf, typeId: number): BtfMember[] {
  const members: BtfMember[] = [];
  let left = MAX_MEMBERS;
  const lift = (struct: number, base: number, depth: number): void => {
    if (!isStruct(btf, struct)) return;
    if (depth > MAX_DEPTH) throw new ProfileError('BTF: types nest too deeply');
    for (const member of btf.members(struct)) {
      if (--left < 0) throw new ProfileError('BTF: a struct with too many members');
      const bitOffset = base + member.bitOffset;
      if (member.name !== '') members.push({ ...member, bitOffset });
      else lift(skipModifiers(btf, member.type), bitOffset, depth + 1);
    }
  };
  lift(skipModifiers(btf, typeId), 0, 0);
  return members;
}

function isStruct(btf: Btf, id: number): boolean {
  const kind = btf.kind(id);
  return kind === BTF_KIND.STRUCT || kind === BTF_KIND.UNION;
}
