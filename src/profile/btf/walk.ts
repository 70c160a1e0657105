import { BTF_KIND } from '../../abi/btf.ts';
import { ProfileError } from '../profile-error.ts';
import type { Btf } from './btf.ts';

/** Deepest chain of types that is followed (kernel: `MAX_RESOLVE_DEPTH`, kernel/bpf/btf.c). */
export const MAX_DEPTH = 32;

const QUALIFIERS: ReadonlySet<number> = new Set([
  BTF_KIND.TYPEDEF,
  BTF_KIND.VOLATILE,
  BTF_KIND.CONST,
  BTF_KIND.RESTRICT,
  BTF_KIND.TYPE_TAG,
]);

/** The type behind typedefs and qualifiers (kernel: `btf_type_skip_modifiers`). Raises ProfileError for a loop. */
export function skipModifiers(btf: Btf, id: number): number {
  let at = id;
  for (let depth = 0; QUALIFIERS.has(btf.kind(at)); depth++) {
    if (depth === MAX_DEPTH) throw new ProfileError('BTF: types nest too deeply');
    at = btf.sizeOrType(at);
  }
  return at;
}

/** True when a `const` stands between `id` and the type itself. */
export function isConstant(btf: Btf, id: number): boolean {
  let at = id;
  for (let depth = 0; depth < MAX_DEPTH && QUALIFIERS.has(btf.kind(at)); depth++) {
    if (btf.kind(at) === BTF_KIND.CONST) return true;
    at = btf.sizeOrType(at);
  }
  return false;
}

const SIZED: ReadonlySet<number> = new Set([
  BTF_KIND.INT,
  BTF_KIND.STRUCT,
  BTF_KIND.UNION,
  BTF_KIND.ENUM,
  BTF_KIND.ENUM64,
  BTF_KIND.FLOAT,
  BTF_KIND.DATASEC,
]);

/** Size of a value of type `id` in bytes; 0 for void, functions and incomplete types. */
export function sizeOf(btf: Btf, id: number, pointerSize: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw new ProfileError('BTF: types nest too deeply');
  const type = skipModifiers(btf, id);
  const kind = btf.kind(type);
  if (kind === BTF_KIND.PTR) return pointerSize;
  if (SIZED.has(kind)) return btf.sizeOrType(type);
  if (kind !== BTF_KIND.ARRAY) return 0;
  const { type: element, count } = btf.array(type);
  return count * sizeOf(btf, element, pointerSize, depth + 1);
}
