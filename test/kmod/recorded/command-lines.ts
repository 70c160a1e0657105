/** The real tool that a row is recorded from: Debian's kmod 30, trixie's kmod 34 (what 30 has not), busybox 1.35. */
export type RecordedTool = 'kmod' | 'kmod34' | 'busybox';

/** Command lines on one root. Words are split at blanks; `@` at the start of a word is the root itself. */
export interface CommandGroup {
  readonly root: string;
  readonly tool: RecordedTool;
  /** Where the command runs, below the root. */
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** A command with each of these words behind it; commas stand between them. */
const each = (command: string, words: string) => words.split(',').map((word) => `${command} ${word.trim()}`.trimEnd());

/** All of them; the answers stand in answers.json in this order. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    root: 'main',
    tool: 'kmod',
    lines: [
      ...each(
        'modprobe -D',
        `
        a, b, c, my-dash, my_dash, soft, softer, loop_a, loop_b, weak, inst, needs_inst, soft_inst, opt,
        opt z=4, black, needs_black, late, greet, many, nowhere, wild-x, wild_x y=5, inside, built-in,
        inside-out, fs-inside, onlyinstall, onlyremove, glob_x, hidden, readme, dotted, black-alias, shared,
        fs-dash, char-major-240-7, net-pf-10-proto-3, pci:v00001234d00000001sv00000000sd00000000bc00sc00i00,
        symbol:a_fn, symbol:nosuch, soft-anything, nosuch, nosuch x=1, [, x], , a.ko, kernel/a.ko`,
      ),
      ...each('modprobe -D -i', 'inst, needs_inst, soft, c, soft_inst'),
      ...each('modprobe -D -b', 'black, needs_black, a'),
      ...each('modprobe -R', 'a, many, shared, greet, symbol:b_fn, nosuch, inside, onlyinstall, my-dash'),
      'modprobe --resolve-alias a',
      'modprobe -a -R a b nosuch c',
      'modprobe -q -R nosuch',
      'modprobe -q -a -R a nosuch',
      'modprobe -a -D a nosuch b',
      'modprobe -aD opt x=9',
      'modprobe -n -v b',
      'modprobe -nv -a a c',
      'modprobe -n a --show-depends',
      'modprobe --show-depends -- a',
      'modprobe --show-dep b',
      'modprobe -n -v -r a',
      'modprobe -n -r a nosuch',
      'modprobe -D -r c',
      ...each('modprobe -n -v -r', 'inside, onlyremove, inst'),
      'modprobe -c',
      'modprobe --showconfig',
      'modprobe -C @/w/own.conf -c',
      'modprobe -C @/w/own.d -c',
      'modprobe -C @/w/own.conf -C @/w/own.d -D mine',
      'modprobe -C @/w/none -D opt',
      'modprobe --config=@/w/own.conf -D opt',
      'modprobe -S no-such-release -D a',
      'modprobe -d @/ -D b',
      'modprobe -d @/w -D a',
      'modprobe --dirname @/w --set-version 1.2.3 -R a',
      'modprobe',
      'modprobe -r',
      'modprobe -a',
      'modprobe -x a',
      'modprobe --nosuch a',
      'modprobe --force=1 a',
      'modprobe -C',
      'modprobe --config',
      'modprobe --ignore -D inst',
      'modprobe --r a',
      'modprobe -w',
      ...each('modprobe -w', 'abc -r a, 08 -r a, 0x10 -n -v -r opt'),
      'modprobe --show-modversions nosuch.ko',
      'modprobe --show-exports @/lib/modules/RELEASE/kernel/a.ko',
      'modprobe --show-modversions @/lib/modules/RELEASE/kernel/c.ko',
      'modprobe --dump-modversions @/lib/modules/RELEASE/kernel/my-dash.ko',
      ...each(
        'modinfo',
        `
        a, my-dash, my_dash, soft, weak, opt, shared, fs-dash, symbol:a_fn, nosuch, a nosuch b, inside,
        built-in, built_in, fs-inside, greet, -m a, -m shared, -m inside, -m fs-inside, -n c, -F depends c,
        -F name inside, -p inside, -n inside, -0 a, -k no-such-release a, -b @/w a, -b @/ b,
        --license --field softdep soft, -l a b, [, , -Z a, --f`,
      ),
      'modinfo',
      'lsmod',
    ],
  },
  {
    root: 'main',
    tool: 'kmod',
    environment: { MODPROBE_OPTIONS: '-D' },
    lines: ['modprobe a', 'modprobe -R a'],
  },
  { root: 'main', tool: 'kmod', environment: { MODPROBE_OPTIONS: '-q  -R' }, lines: ['modprobe b'] },
  {
    root: 'main',
    tool: 'kmod',
    environment: { MODPROBE_OPTIONS: `-D 'y=2 3'` },
    lines: ['modprobe opt'],
  },
  { root: 'main', tool: 'kmod', environment: { MODPROBE_OPTIONS: `-C"@/w/own.conf" -D` }, lines: ['modprobe opt'] },
  {
    root: 'bad',
    tool: 'kmod',
    lines: [
      'modprobe -c',
      'modprobe -D a',
      'modprobe -D d',
      'modprobe -q -D b',
      'modprobe -R indented',
      'modinfo -n a',
    ],
  },
  { root: 'command-line', tool: 'kmod', lines: ['modprobe -c', 'modprobe -D a', 'modprobe -D my_mod'] },
  {
    root: 'loaded',
    tool: 'kmod',
    lines: [
      'modprobe -n -v a',
      'modprobe -n -v softer',
      'modprobe -n -v --first-time a',
      'modprobe -n -v --first-time soft',
      'modprobe -n -v c',
      'modprobe -n -v loop_a',
      'modprobe -n --first-time inside',
      'modprobe -n -v late',
      'modprobe -D c',
      'modprobe -n -v -r c',
      'modprobe -n -v -r a',
      'modprobe -n -v -r -a a c',
      'modprobe -n -v -r --remove-holders a',
      'modprobe -n -v -r --remove-dependencies b',
      'modprobe -n -v -r opt',
      'modprobe -q -n -v -r opt',
      'modprobe -n -v -r my-dash',
      'modprobe -n -v -r soft',
      'modprobe -n -v -i -r c',
      'modprobe -n -v -r --first-time late',
      'modprobe -n -v -r --first-time weak',
      'modprobe -n -v -w 5 -r c',
      ...each('modprobe -n -v -r', 'inside, inst, greet'),
      'lsmod',
    ],
  },
  {
    root: 'files',
    tool: 'kmod',
    cwd: 'w',
    lines: [
      ...each(
        'modinfo',
        `
        full.ko, ./full.ko, -0 full.ko, -p full.ko, -F parm full.ko, -F parmtype full.ko,
        -F description full.ko, -F nosuch full.ko, -F filename full.ko, -d full.ko, -l -a full.ko,
        -F a_key_longer_than_fifteen full.ko, signed.ko, -F signer signed.ko, -F sig_key signed.ko,
        -F sig_hashalgo signed.ko, -0 signed.ko, signed-old.ko, no-modinfo.ko, multi.ko, -p multi.ko,
        bad-parm.ko, -p bad-parm.ko, empty-info.ko, named.ko.bak, my-dash.name.ko, empty.ko, text.ko, short.ko,
        class.ko, dir.ko, ./nosuch.ko, full.ko nosuch.ko signed.ko, -m full.ko, @/w/full.ko,
        -F filename @/w/full.ko`,
      ),
      ...each(
        'modprobe',
        `
        --show-modversions ./full.ko, --show-exports ./full.ko, --show-exports @/w/no-modinfo.ko,
        --show-modversions ./no-modinfo.ko, --show-modversions ./text.ko, --show-exports ./empty.ko`,
      ),
    ],
  },
  {
    root: 'signed-badly',
    tool: 'kmod',
    cwd: 'w',
    lines: ['modinfo badly.ko'],
  },
  { root: 'bad-nodes', tool: 'kmod34', lines: ['kmod static-nodes', 'kmod static-nodes -f devname'] },
  {
    root: 'weak',
    tool: 'kmod34',
    lines: ['modprobe -D a', 'modprobe -D b', 'modprobe -n -v b', 'modprobe -c'],
  },
  {
    root: 'main',
    tool: 'kmod34',
    lines: [
      'modprobe -n b',
      'modprobe -D @/lib/modules/RELEASE/kernel/opt.ko',
      'modprobe -D @/nosuch.ko',
      'modprobe -n -r a',
    ],
  },
  {
    root: 'bare',
    tool: 'kmod',
    lines: [
      'modprobe -D a',
      'modprobe -D b',
      'modprobe -D inside',
      'modprobe -R nosuch',
      'modprobe -c',
      'modinfo a',
      'modinfo inside',
      'modinfo -m a',
      'kmod list',
    ],
  },
  {
    root: 'bare',
    tool: 'kmod34',
    lines: [
      'kmod static-nodes',
      'kmod static-nodes -f tmpfiles',
      'kmod static-nodes --format=devname',
      'kmod static-nodes --nosuch',
      'kmod static-nodes -o @/w/nodes -f human',
    ],
  },
  { root: 'nothing', tool: 'kmod', lines: ['modprobe -D a', 'modprobe -c', 'modinfo a', 'lsmod'] },
  { root: 'nothing', tool: 'kmod34', lines: ['kmod static-nodes'] },
  {
    root: 'main',
    tool: 'busybox',
    lines: [
      ...each(
        'modprobe -D',
        `
        a, b, c, my-dash, soft, needs_inst, inst, opt, opt z=4, black, needs_black, greet, many, wild-x, inside,
        inside-out, fs-inside, black-alias, shared, symbol:a_fn, char-major-240-7, nosuch,
        pci:v00001234d00000001sv00000000sd00000000bc00sc00i00, weak, a.ko, -b black, -b weak, -q nosuch, -a a b`,
      ),
      ...each('modprobe -l', ', a, my-*, ?, nosuch'),
      'modprobe',
      'modprobe --show-depends b',
      ...each(
        'modinfo',
        `
        a, my-dash, my_dash, soft, opt, nosuch, a b, -F depends c, -n a, -l a, -p opt, -0 a, -d -l a`,
      ),
    ],
  },
  { root: 'loaded', tool: 'busybox', lines: ['modprobe -D c', 'modprobe -q nosuch'] },
  { root: 'bad', tool: 'busybox', lines: ['modprobe -D a', 'modprobe -D b', 'modprobe -D indented'] },
  { root: 'command-line', tool: 'busybox', lines: ['modprobe -D a', 'modprobe -D my_mod'] },
  { root: 'files', tool: 'busybox', cwd: 'w', lines: ['modinfo ./full.ko'] },
  { root: 'nothing', tool: 'busybox', lines: ['modprobe -D a', 'modinfo a', 'modprobe -l'] },
];
