import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ELF32_LE, type ElfForm } from '../../../src/elf/elf-form.ts';
import { tinyModule } from './tiny-module.ts';

/** Contents by path below a root; a text that starts with `-> ` is a symlink. */
export type Tree = Readonly<Record<string, Uint8Array | string>>;

const ELF32_BE: ElfForm = { bits: 32, littleEndian: false };
const ELF64_BE: ElfForm = { bits: 64, littleEndian: false };
const D = 'lib/modules/1.2.3';
const order = (...paths: string[]) => paths.map((path) => `${path}\n`).join('');

const MAIN: Tree = {
  [`${D}/kernel/lib/crc-a.ko`]: tinyModule({
    exports: ['crc_a', 'crc_b'],
    crc: 0x1234,
    modinfo: ['license=GPL', 'alias=crypto-crc-a'],
  }),
  [`${D}/kernel/fs/base.ko`]: tinyModule({
    exports: ['base_get', 'base_put'],
    needs: ['crc_a'],
    modinfo: ['alias=fs-base', 'alias=fs-[a-c]-x'],
  }),
  [`${D}/kernel/fs/top.ko`]: tinyModule({
    needs: ['base_put', 'printk', 'crc_b', '.base_get'],
    weak: ['nobody_has_it'],
    modinfo: ['softdep=pre: crc_a post: extra', 'weakdep=fancy', 'alias=devname:top', 'alias=char-major-10-77'],
    versions: { base_put: 1, module_layout: 2, crc_b: 0x1234 },
  }),
  [`${D}/kernel/drivers/be32.ko`]: tinyModule({ exports: ['be32_x'], needs: ['base_get'], form: ELF32_BE, crc: 5 }),
  [`${D}/kernel/drivers/be64.ko`]: tinyModule({
    needs: ['be32_x'],
    versions: { only_in_versions: 3, le32_x: 4 },
    form: ELF64_BE,
  }),
  [`${D}/kernel/drivers/le32.ko`]: tinyModule({
    exports: ['le32_x'],
    form: ELF32_LE,
    modinfo: ['alias=pci:v-d*sv*', 'alias=pci:v-d*sv*', 'alias=bad[x'],
  }),
  [`${D}/modules.order`]: order(
    'kernel/fs/top.ko',
    '#336',
    'kernel/drivers/be64.ko',
    'kernel/none.ko',
    'kernel/fs/top.ko',
  ),
  [`${D}/modules.builtin`]: order('kernel/kernel/inside-out.ko', '9bad', 'kernel/x/y.ko'),
  [`${D}/modules.builtin.modinfo`]:
    'inside_out.alias=in-out*\0inside_out.license=GPL\0noequals\0y.alias=char-major-[\0y.alias=y-*\0',
};

const SHADOWS: Tree = {
  [`${D}/modules.order`]: '',
  [`${D}/modules.builtin`]: '',
  [`${D}/modules.builtin.modinfo`]: '',
  [`${D}/kernel/a/same.ko`]: tinyModule({ modinfo: ['alias=kernel-a'] }),
  [`${D}/updates/same.ko`]: tinyModule({ modinfo: ['alias=updates'] }),
  [`${D}/extra/same.ko`]: tinyModule({ modinfo: ['alias=extra'] }),
  [`${D}/weak-updates/x/other-one.ko`]: tinyModule({ modinfo: ['alias=weak'] }),
  [`${D}/kernel/other-one.ko`]: tinyModule({ modinfo: ['alias=plain'] }),
  [`${D}/build/never.ko`]: tinyModule({}),
  [`${D}/skipped/hidden.ko`]: tinyModule({}),
  [`${D}/linked.ko`]: '-> kernel/other-one.ko',
  'outside/far.ko': tinyModule({ modinfo: ['alias=far'] }),
  'outside/same.ko': tinyModule({ modinfo: ['alias=outside'] }),
};

const CYCLES: Tree = {
  [`${D}/a.ko`]: tinyModule({ exports: ['a_x'], needs: ['b_x'] }),
  [`${D}/b.ko`]: tinyModule({ exports: ['b_x'], needs: ['c_x'] }),
  [`${D}/c.ko`]: tinyModule({ exports: ['c_x'], needs: ['a_x'] }),
  [`${D}/free.ko`]: tinyModule({ needs: ['a_x'] }),
};

/** Modules of one letter; `ab`: a needs a symbol of b. */
function needing(edges: string): Tree {
  const pairs = edges.split(' ').map((edge) => [edge[0]!, edge[1]!] as const);
  const names = new Set(pairs.flat());
  const needs = (name: string) => pairs.filter(([from]) => from === name).map(([, to]) => `${to}_x`);
  return Object.fromEntries(
    [...names].map((name) => [`${D}/${name}.ko`, tinyModule({ exports: [`${name}_x`], needs: needs(name) })]),
  );
}

const DAMAGED: Tree = {
  [`${D}/empty.ko`]: '',
  [`${D}/text.ko`]: 'hello, this is no module at all\n',
  [`${D}/short.ko`]: tinyModule({}).slice(0, 10),
  [`${D}/header.ko`]: tinyModule({}).slice(0, 64),
  [`${D}/cut.ko`]: tinyModule({ modinfo: ['alias=lost'] }).slice(0, 100),
  [`${D}/dangling.ko`]: '-> nowhere',
  [`${D}/good.ko`]: tinyModule({ modinfo: ['alias=good', 'alias=devname:x', 'alias=devname:y'] }),
  [`${D}/twice.ko`]: tinyModule({ exports: ['dup', 'dup'], modinfo: ['alias=same', 'alias=same'] }),
  [`${D}/modules.order`]: 'no line end',
};

const KERNEL_FILES: Tree = {
  ...MAIN,
  symvers:
    '0x00001234\tprintk\tvmlinux\tEXPORT_SYMBOL\n0x2\tmodule_layout vmlinux\nbad\tx\tvmlinux\n0x1\ty\tfs/base\tEXPORT_SYMBOL\n',
  map: 'c0294200 R __ksymtab_printk\nc02 T other\nnonsense\nc03 r __ksymtab_gpl_x\n',
};

/** The roots of the recorded cases. */
export const TREES: Readonly<Record<string, Tree>> = {
  main: MAIN,
  shadows: SHADOWS,
  search: { ...SHADOWS, 'conf/a.conf': 'search extra built-in updates\n' },
  override: {
    ...SHADOWS,
    'conf/a.conf': '# comment\noverride same 1.2.* kernel/a\noverride other-one ^2 weak-updates/x\n',
  },
  external: {
    ...SHADOWS,
    'conf/a.conf': 'search external built-in\nexternal * @ROOT@/outside\nexternal ^1 @ROOT@/absent\n',
  },
  exclude: {
    ...SHADOWS,
    'conf/a.conf':
      'exclude skipped weak-updates\nwhat is this\noverride few\ninclude x\nmake_map_files no\nsearch a \\\n  b\n',
  },
  cycles: CYCLES,
  'two cycles through one module': needing('qi rq ru tq ue ui uz zi zq zr zu'),
  'cycles beside each other': needing('et qr re rt rw tq tr tw yx xy'),
  damaged: DAMAGED,
  kernel: KERNEL_FILES,
  usr: { 'usr/lib/modules/1.2.3/a.ko': tinyModule({}) },
};

/** Lays a tree out below `root`. */
export function layOut(tree: Tree, root: string): void {
  for (const [path, content] of Object.entries(tree)) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    if (typeof content !== 'string') writeFileSync(place, content);
    else if (content.startsWith('-> ')) symlinkSync(content.slice(3), place);
    else writeFileSync(place, content.replaceAll('@ROOT@', root), 'latin1');
  }
}

/** Command lines by tree; `@` is the root. All run with `-b @`. */
export const LINES: readonly (readonly [tree: string, line: string])[] = [
  ...['1.2.3', '-a 1.2.3', '-n 1.2.3', '--show --verbose 1.2.3', '-w -n 1.2.3', '-w 1.2.3', '-e 1.2.3', '-A 1.2.3'].map(
    (line) => ['main', line] as const,
  ),
  ...['-m /usr/lib/modules 1.2.3', '-o @/out 1.2.3', '--outdir=@/out -m lib/modules 1.2.3'].map(
    (line) => ['main', line] as const,
  ),
  ...['1.2.3 @/lib/modules/1.2.3/kernel/fs/base.ko', '1.2.3 relative.ko', '1.2.3 /no/such.ko'].map(
    (line) => ['main', line] as const,
  ),
  ...['foo', '1', '9.9.9', '-x 1.2.3', '--no-such 1.2.3', '-C', '--con', '-P ab 1.2.3', '-n -P b 1.2.3'].map(
    (line) => ['main', line] as const,
  ),
  ['main', '-n 1.2.3 @/lib/modules/1.2.3/kernel/fs/top.ko @/lib/modules/1.2.3/kernel/fs/base.ko'],
  ['shadows', '1.2.3'],
  ...['search', 'override', 'external', 'exclude'].flatMap((tree) => [
    [tree, '-C @/conf -n 1.2.3'] as const,
    [tree, '-C @/conf/a.conf -v 1.2.3'] as const,
  ]),
  ['shadows', '-C @/absent -n 1.2.3'],
  ['cycles', '1.2.3'],
  ['two cycles through one module', '1.2.3'],
  ['cycles beside each other', '1.2.3'],
  ['cycles', '-n 1.2.3'],
  ['damaged', '1.2.3'],
  ['damaged', '-w -n 1.2.3'],
  ['kernel', '-n -e -E @/symvers 1.2.3'],
  ['kernel', '-n -e -F @/map 1.2.3'],
  ['kernel', '-n -E @/symvers 1.2.3'],
  ['kernel', '-e -F @/absent 1.2.3'],
  ['kernel', '-E @/absent -F @/map 1.2.3'],
  ['usr', '-m usr/lib/modules 1.2.3'],
];
