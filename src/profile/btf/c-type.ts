import { BTF_KIND } from '../../abi/btf.ts';
import type { Btf } from './btf.ts';

/** Most types that one spelling names: bounds what a hostile BTF can cost. */
const MAX_TYPES = 200;

/** How C spells a type, without a declarator: `const struct file *`, `unsigned int[4]`, `int (*)(struct page *)`. */
export function cType(btf: Btf, id: number): string {
  return spell(btf, id, { left: MAX_TYPES });
}

interface Budget {
  left: number;
}

function spell(btf: Btf, id: number, budget: Budget): string {
  if (--budget.left < 0) return '...';
  return SPELLERS[btf.kind(id)]?.(btf, id, budget) ?? btf.name(id);
}

type Speller = (btf: Btf, id: number, budget: Budget) => string;

const tagged =
  (keyword: string): Speller =>
  (btf, id) =>
    `${keyword} ${btf.name(id) || '{...}'}`;

const qualified =
  (keyword: string): Speller =>
  (btf, id, budget) => {
    const target = btf.sizeOrType(id);
    const text = spell(btf, target, budget);
    return btf.kind(target) === BTF_KIND.PTR ? `${text} ${keyword}` : `${keyword} ${text}`;
  };

const SPELLERS: Readonly<Record<number, Speller>> = {
  [BTF_KIND.PTR]: pointer,
  [BTF_KIND.ARRAY]: (btf, id, budget) => {
    const { type, count } = btf.array(id);
    return `${spell(btf, type, budget)}[${count}]`;
  },
  [BTF_KIND.STRUCT]: tagged('struct'),
  [BTF_KIND.UNION]: tagged('union'),
  [BTF_KIND.ENUM]: tagged('enum'),
  [BTF_KIND.ENUM64]: tagged('enum'),
  [BTF_KIND.FWD]: (btf, id) => `${btf.flag(id) ? 'union' : 'struct'} ${btf.name(id)}`,
  [BTF_KIND.VOLATILE]: qualified('volatile'),
  [BTF_KIND.CONST]: qualified('const'),
  [BTF_KIND.RESTRICT]: qualified('restrict'),
  [BTF_KIND.TYPE_TAG]: (btf, id, budget) => spell(btf, btf.sizeOrType(id), budget),
  [BTF_KIND.FUNC_PROTO]: (btf, id, budget) => functionType(btf, id, '', budget),
};

function pointer(btf: Btf, id: number, budget: Budget): string {
  const target = btf.sizeOrType(id);
  if (btf.kind(target) === BTF_KIND.FUNC_PROTO) return functionType(btf, target, '(*)', budget);
  const text = spell(btf, target, budget);
  return text.endsWith('*') ? `${text}*` : `${text} *`;
}

function functionType(btf: Btf, id: number, declarator: string, budget: Budget): string {
  const returns = spell(btf, btf.sizeOrType(id), budget);
  return `${returns} ${declarator}(${parameterTypes(btf, id, budget).join(', ') || 'void'})`;
}

function parameterTypes(btf: Btf, id: number, budget: Budget): string[] {
  const types: string[] = [];
  const last = btf.rows(id) - 1;
  for (const { type } of btf.parameters(id)) {
    types.push(type === 0 && types.length === last ? '...' : spell(btf, type, budget));
    if (budget.left < 0) break;
  }
  return types;
}
