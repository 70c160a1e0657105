import { BTF_KIND } from '../../abi/btf.ts';
import type { StructLayout } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import type { Btf } from './btf.ts';
import { MAX_DEPTH, sizeOf, skipModifiers } from './walk.ts';

/** Most members a flattened struct may have: bounds what a hostile BTF can cost. */
const MAX_MEMBERS = 65_536;

/**
 * Size and field offsets of a STRUCT or UNION, or of what a TYPEDEF stands for; members of anonymous members are lifted.
 * Raises ProfileError.
 */
export function structLayout(btf: Btf, typeId: number, pointerSize: number): StructLayout {
  const id = skipModifiers(btf, typeId);
  const offsets: Record<string, number> = Object.create(null);
  let left = MAX_MEMBERS;
  const lift = (struct: number, base: number, depth: number): void => {
    if (!isStruct(btf, struct)) return;
    if (depth > MAX_DEPTH) throw new ProfileError('BTF: types nest too deeply');
    for (const member of btf.members(struct)) {
      if (--left < 0) throw new ProfileError('BTF: a struct with too many members');
      const offset = base + Math.floor(member.bitOffset / 8);
      if (member.name !== '') offsets[member.name] = offset;
      else lift(skipModifiers(btf, member.type), offset, depth + 1);
    }
  };
  lift(id, 0, 0);
  return { size: sizeOf(btf, id, pointerSize), offsets };
}

function isStruct(btf: Btf, id: number): boolean {
  const kind = btf.kind(id);
  return kind === BTF_KIND.STRUCT || kind === BTF_KIND.UNION;
}
