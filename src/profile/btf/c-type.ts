import { BTF_KIND } from '../../abi/btf.ts';
import type { Btf } from './btf.ts';
import { MAX_DEPTH } from './walk.ts';

/** How C spells a type, without a declarator: `const struct file *`, `unsigned int[4]`, `int (*)(struct page *)`. */
export function cType(btf: Btf, id: number, depth = 0): string {
  if (depth > MAX_DEPTH) return '…';
  const spell = SPELLERS[btf.kind(id)];
  return spell ? spell(btf, id, depth + 1) : btf.name(id);
}

type Speller = (btf: Btf, id: number, depth: number) => string;

const tagged =
  (keyword: string): Speller =>
  (btf, id) =>
    `${keyword} ${btf.name(id) || '{…}'}`;

const qualified =
  (keyword: string): Speller =>
  (btf, id, depth) => {
    const target = btf.sizeOrType(id);
    const text = cType(btf, target, depth);
    return btf.kind(target) === BTF_KIND.PTR ? `${text} ${keyword}` : `${keyword} ${text}`;
  };

const SPELLERS: Readonly<Record<number, Speller>> = {
  [BTF_KIND.PTR]: pointer,
  [BTF_KIND.ARRAY]: (btf, id, depth) => {
    const { type, count } = btf.array(id);
    return `${cType(btf, type, depth)}[${count}]`;
  },
  [BTF_KIND.STRUCT]: tagged('struct'),
  [BTF_KIND.UNION]: tagged('union'),
  [BTF_KIND.ENUM]: tagged('enum'),
  [BTF_KIND.ENUM64]: tagged('enum'),
  [BTF_KIND.FWD]: (btf, id) => `${btf.flag(id) ? 'union' : 'struct'} ${btf.name(id)}`,
  [BTF_KIND.VOLATILE]: qualified('volatile'),
  [BTF_KIND.CONST]: qualified('const'),
  [BTF_KIND.RESTRICT]: qualified('restrict'),
  [BTF_KIND.TYPE_TAG]: (btf, id, depth) => cType(btf, btf.sizeOrType(id), depth),
  [BTF_KIND.FUNC_PROTO]: (btf, id, depth) => functionType(btf, id, '', depth),
};

function pointer(btf: Btf, id: number, depth: number): string {
  const target = btf.sizeOrType(id);
  if (btf.kind(target) === BTF_KIND.FUNC_PROTO) return functionType(btf, target, '(*)', depth);
  const text = cType(btf, target, depth);
  return text.endsWith('*') ? `${text}*` : `${text} *`;
}

function functionType(btf: Btf, id: number, declarator: string, depth: number): string {
  const last = btf.rows(id) - 1;
  const parameters = [...btf.parameters(id)].map(({ type }, index) =>
    type === 0 && index === last ? '...' : cType(btf, type, depth),
  );
  return `${cType(btf, btf.sizeOrType(id), depth)} ${declarator}(${parameters.join(', ') || 'void'})`;
}
