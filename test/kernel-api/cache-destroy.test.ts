import { expect, test } from 'vitest';
import { bootMachine, insmod, newLines, rmmod } from './guest-machine.ts';

/** The report's own lines; what depends on the machine's memory, and its traces, left out. */
function ownLines(lines: readonly string[]): string[] {
  const own = lines.filter((line) =>
    /^(=+|BUG|-+$|-+\n|Slab|Disabling|Object|-+\[ cut|kmem_cache|WARNING|destroyed)/.test(line),
  );
  return own.map((line) =>
    line
      .replace(/0x[0-9a-f]{16}/g, 'P')
      .replace(/PID: \d+/, 'PID: N')
      .replace(/\b(objects|used)=\d+|@offset=\d+/g, (text) => text.replace(/\d+/, 'N')),
  );
}

test('a cache that is destroyed with objects in use says so, as recorded, and stays', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'leak')).toBe(0);
  newLines(machine);
  expect(rmmod(machine, 'leak')).toBe(0);
  expect(ownLines(newLines(machine))).toEqual([
    '='.repeat(77),
    'BUG leaky (Tainted: G           OE     ): Objects remaining in leaky on __kmem_cache_shutdown()',
    `${'-'.repeat(77)}\n`,
    'Slab P objects=N used=N fp=P flags=0xfffffc0000200(slab|node=0|zone=1|lastcpupid=0x1fffff)',
    'Disabling lock debugging due to kernel taint',
    'Object P @offset=N',
    '------------[ cut here ]------------',
    'kmem_cache_destroy leaky: Slab cache still has objects when called from end+0xc/0x1000 [leak]',
    'WARNING: CPU: 0 PID: N at mm/slab_common.c:493 kmem_cache_destroy+0x141/0x150',
    'destroyed',
  ]);
});
