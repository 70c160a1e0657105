import type { TinyModule } from './tiny-module.ts';

/**
 * A small machine: its files as text, its modules in words. RELEASE in a path is the kernel's release; a path that ends
 * in `/` is an empty directory.
 */
export interface RecordedRoot {
  readonly files?: Readonly<Record<string, string>>;
  readonly modules?: Readonly<Record<string, TinyModule>>;
  /** depmod makes its indexes when the answers are recorded. */
  readonly depmod?: true;
}

const SIGNED_PKCS7 =
  'MIIBkAYJKoZIhvcNAQcCoIIBgTCCAX0CAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBMYIBWjCCAVYCAQEwMTAZMRcwFQYDVQQDDA5vcmFjbGUgb3duIGtleQIUHQ1vCCBnPiNIqH8nLLnVpvJVIngwCwYJYIZIAWUDBAIBMA0GCSqGSIb3DQEBAQUABIIBAAxpT7R+grNnecngin87ZaHpXhPT/wCBZs1TXTxqh8bvzd8rKXn3znVCKWyVxAxFqOj8ul3WbNLWt+fjOwMwx4GWeEJ2HQNpTMIlU1oYuMpCZnPF0VCr8j8FGDUVP969hp5Srr1ToMzpDjXyrlZt7ngaNHxUK/xfQLU2xhg/Ko1ZTxN9FxI0Cm+2oWbPPkZ5wrgZCXL6YzftPZsG68TrQApz3CPuGDHanL0gP4H6U/nvIkR5ks1ezDnuY8UxhaSX/dh+1fuwIDp0WAoME8m9B91qfsJFgU3RbgUoCj8v2sywHcV3WYkzmTHC8dfuDqhRZLWCGa0o4Vl7X8veXlLViMkAAAIAAAAAAAAAAZR+TW9kdWxlIHNpZ25hdHVyZSBhcHBlbmRlZH4K';
const SIGNED_X509 =
  'RXhhbXBsZSBrZXkBAt6tAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissAQQBCwQAAAAAAAAtfk1vZHVsZSBzaWduYXR1cmUgYXBwZW5kZWR+Cg==';
const SIGNED_BADLY = 'MBBqdW5rAAACAAAAAAAAAAAGfk1vZHVsZSBzaWduYXR1cmUgYXBwZW5kZWR+Cg==';

const TREE = 'lib/modules/RELEASE';

const license = (...more: string[]) => ({ modinfo: ['license=GPL', ...more, 'depends='] });

/** Modules that lean on each other, aliases of all kinds, soft dependencies, built-in ones. */
const MAIN: RecordedRoot = {
  depmod: true,
  modules: {
    [`${TREE}/kernel/a.ko`]: {
      ...license('alias=pci:v00001234d*sv*sd*bc*sc*i*', 'alias=shared'),
      exports: { a_fn: 0x1111 },
    },
    [`${TREE}/kernel/b.ko`]: { ...license('alias=shared'), exports: { b_fn: 0x2222 }, needs: { a_fn: 0x1111 } },
    [`${TREE}/kernel/c.ko`]: { ...license('alias=char-major-240-*'), needs: { a_fn: 0x1111, b_fn: 0x2222 } },
    [`${TREE}/kernel/my-dash.ko`]: license('alias=fs-dash', 'alias=net-pf-10-proto-[0-9]'),
    [`${TREE}/kernel/soft.ko`]: license('softdep=pre: a post: my-dash', 'alias=soft-*'),
    [`${TREE}/kernel/softer.ko`]: { ...license('softdep=pre: soft nosuch'), needs: { b_fn: 0x2222 } },
    [`${TREE}/kernel/loop_a.ko`]: license('softdep=pre: loop_b'),
    [`${TREE}/kernel/loop_b.ko`]: license('softdep=pre: loop_a'),
    [`${TREE}/kernel/weak.ko`]: license('weakdep=a b'),
    [`${TREE}/kernel/inst.ko`]: { ...license(), exports: { inst_fn: 0x3333 } },
    [`${TREE}/kernel/needs_inst.ko`]: { ...license(), needs: { inst_fn: 0x3333 } },
    [`${TREE}/kernel/soft_inst.ko`]: license('softdep=pre: a'),
    [`${TREE}/kernel/opt.ko`]: license('parm=x:an x', 'parmtype=x:int'),
    [`${TREE}/kernel/black.ko`]: { ...license('alias=black-alias'), exports: { black_fn: 0x4444 } },
    [`${TREE}/kernel/needs_black.ko`]: { ...license(), needs: { black_fn: 0x4444 } },
    [`${TREE}/updates/late.ko`]: license('version=2'),
  },
  files: {
    [`${TREE}/modules.order`]: [
      'a',
      'b',
      'c',
      'my-dash',
      'soft',
      'softer',
      'loop_a',
      'loop_b',
      'weak',
      'inst',
      'needs_inst',
      'soft_inst',
      'opt',
      'black',
      'needs_black',
    ]
      .map((name) => `kernel/${name}.ko\n`)
      .join(''),
    [`${TREE}/modules.builtin`]: 'kernel/fs/inside.ko\nkernel/lib/built-in.ko\n',
    [`${TREE}/modules.builtin.modinfo`]:
      'inside.license=GPL\0inside.file=fs/inside\0inside.alias=fs-inside\0inside.parm=level:how deep\0inside.parmtype=level:int\0built_in.license=GPL v2\0built_in.file=lib/built-in\0',
    'etc/modprobe.d/10-main.conf': `# a comment
alias greet a
alias wild-* opt
alias many a
alias many b
alias nowhere deadbeef
alias inside-out inside
options opt x=1
options opt x=2	y=3
options greet via=alias
options black b=1
blacklist black
install inst /bin/echo installing \\
  $CMDLINE_OPTS
remove inst /bin/echo removing
install soft_inst /bin/echo SOFT
install onlyinstall /bin/true
remove onlyremove /bin/false
install glob* /bin/echo GLOB
softdep c pre: opt post: my-dash
softdep c pre: a
`,
    'run/modprobe.d/10-main.conf': 'alias hidden a\n',
    'run/modprobe.d/20-run.conf': 'options opt from=run\nblacklist my-dash\n',
    'lib/modprobe.d/30-lib.conf': 'alias greet b\noptions c last\n',
    'lib/modprobe.d/README': 'alias readme a\n',
    'lib/modprobe.d/.hidden.conf': 'alias dotted a\n',
    'w/own.conf': 'options opt own=1\nalias mine a\n',
    'w/own.d/x.conf': 'options opt own=2\n',
    'w/own.d/y.txt': 'options opt own=3\n',
    'proc/cmdline': 'quiet opt.cmd=1 opt.flag modprobe.blacklist=weak,loop_a root=/dev/sda1\n',
    'proc/modules': '',
  },
};

/** A configuration that is wrong in many ways. */
const BAD: RecordedRoot = {
  depmod: true,
  modules: {
    [`${TREE}/kernel/a.ko`]: license(),
    [`${TREE}/kernel/b.ko`]: license(),
    [`${TREE}/kernel/d.ko`]: license(),
  },
  files: {
    [`${TREE}/modules.order`]: 'kernel/a.ko\nkernel/b.ko\nkernel/d.ko\n',
    [`${TREE}/modules.builtin`]: '',
    [`${TREE}/modules.builtin.modinfo`]: '',
    'etc/modprobe.d/bad.conf': `alias
alias only
alias [broken a
alias bro]ken a
alias [x-y]-z a
blacklist
options
options a
install a
remove
softdep a
weakdep b
include /etc/other
config binary_indexes yes
bogus line
 alias  indented	b
	# not a comment
softdep b  pre: a
softdep a   pre: b   post:   d
softdep d pre:
optio\\ns a joined=1
options a \\
spread=1 \\\\ kept
options d last=1`,
    'etc/modprobe.d/nested.conf/x.conf': 'alias nested a\n',
    'etc/modprobe.d/.conf': 'alias short a\n',
    'etc/modprobe.d/no.config': 'alias wrong a\n',
    'proc/cmdline': '',
    'proc/modules': '',
  },
};

/** What the kernel command line can hold. */
const COMMAND_LINE: RecordedRoot = {
  depmod: true,
  modules: { [`${TREE}/kernel/a.ko`]: license(), [`${TREE}/kernel/my-mod.ko`]: license() },
  files: {
    [`${TREE}/modules.order`]: 'kernel/a.ko\nkernel/my-mod.ko\n',
    [`${TREE}/modules.builtin`]: '',
    [`${TREE}/modules.builtin.modinfo`]: '',
    'proc/cmdline':
      'a.one=1 a.two="2 2" "a.three=3 3" a.four a.fi.ve=5 a.six=6.6 ivrs[14:00.5]=x .none=1 my-mod.x=1 a. =y a="b.c" b"a.seven=7 a.eight=" a.nine=9" tail.x="open a.lost=1\n',
    'proc/modules': '',
  },
};

/** Some of the modules are loaded. */
const LOADED: RecordedRoot = {
  ...MAIN,
  files: {
    ...MAIN.files,
    'proc/cmdline': '\n',
    'proc/modules':
      'c 16384 0 - Live 0x0000000000000000\nb 16384 1 c, Live 0x0000000000000000\na 20480 2 b, Live 0x0000000000000000\nopt 12288 1 - Live 0x0000000000000000\nmy_dash 8192 0 [permanent], Live 0x0000000000000000\n',
    'sys/module/a/initstate': 'live\n',
    'sys/module/a/refcnt': '2\n',
    'sys/module/a/coresize': '20480\n',
    'sys/module/a/holders/b': '',
    'sys/module/b/initstate': 'live\n',
    'sys/module/b/refcnt': '1\n',
    'sys/module/b/coresize': '16384\n',
    'sys/module/b/holders/c': '',
    'sys/module/c/initstate': 'live\n',
    'sys/module/c/refcnt': '0\n',
    'sys/module/c/coresize': '16384\n',
    'sys/module/c/holders/': '',
    'sys/module/opt/initstate': 'live\n',
    'sys/module/opt/refcnt': '1\n',
    'sys/module/opt/coresize': '12288\n',
    'sys/module/opt/holders/': '',
    'sys/module/my_dash/initstate': 'live\n',
    'sys/module/my_dash/refcnt': '0\n',
    'sys/module/my_dash/coresize': '8192\n',
    'sys/module/my_dash/holders/': '',
    'sys/module/late/refcnt': '0\n',
  },
};

/** Module files of every kind for modinfo and the listings of symbols. */
const FILES: RecordedRoot = {
  modules: {
    'w/full.ko': {
      modinfo: [
        'version=1.0',
        'author=First <first@example.org>',
        'author=Second',
        'description=all fields, "quoted" = signs',
        'license=GPL',
        'alias=usb:v1D6Bp*',
        'alias=fs-full',
        'firmware=full/fw.bin',
        'softdep=pre: x',
        'depends=x,y',
        'a_key_longer_than_fifteen=v',
        'parm=one:the first',
        'parmtype=one:int',
        'parmtype=two:charp',
        'parm=three:only described',
        'parm=one:described again',
        'vermagic=6.1.0 SMP ',
        'empty=',
        'noequals',
        'intree=Y',
        'description=second',
      ],
      exports: { x_one: 0x12345678, x_two: 0x9 },
      needs: { need_a: 0xdeadbeef, need_b: 0x1 },
    },
    'w/signed.ko': { modinfo: ['license=GPL'], tail: SIGNED_PKCS7 },
    'w/signed-old.ko': { modinfo: ['license=GPL'], tail: SIGNED_X509 },
    'w/no-modinfo.ko': { exports: { only_export: 0x77 } },
    'w/multi.ko': { modinfo: ['description=first line,\nsecond line', 'parm=p:one\n\t\ttwo'] },
    'w/bad-parm.ko': { modinfo: ['parm=nocolon', 'parmtype=also', 'license=GPL'] },
    'w/empty-info.ko': { modinfo: [] },
    'w/named.ko.bak': { modinfo: ['license=GPL'] },
    'w/my-dash.name.ko': { modinfo: ['license=GPL'] },
  },
  files: {
    'w/empty.ko': '',
    'w/text.ko': 'this is a text that is longer than a header\n',
    'w/short.ko': '\x7fELF\x02\x01\x01',
    'w/class.ko': `\x7fELF\x09\x01\x01${'\0'.repeat(80)}`,
    'w/zeros.ko': `\x7fELF\x02\x01\x01${'\0'.repeat(80)}`,
    'w/dir.ko/x': '',
    'proc/cmdline': '',
    'proc/modules': '',
  },
};

/** A file with a signature that cannot be read. Only kmod 34 tells of it. */
const SIGNED_BADLY_ROOT: RecordedRoot = {
  modules: { 'w/badly.ko': { modinfo: ['license=GPL'], tail: SIGNED_BADLY } },
  files: { 'proc/cmdline': '', 'proc/modules': '' },
};

/** A tree without its indexes. */
const BARE: RecordedRoot = {
  modules: { [`${TREE}/kernel/a.ko`]: license() },
  files: {
    [`${TREE}/modules.builtin.modinfo`]: 'inside.license=GPL\0',
    [`${TREE}/modules.devname`]:
      '# Device nodes to trigger on-demand module loading.\nfuse fuse c10:229\nloop loop-control c10:237\nsnd_timer snd/timer c116:33\nnbd nbd0 b43:0\n',
    'proc/cmdline': '',
    'proc/modules': '',
    'etc/modprobe.d/x.conf': 'install a /bin/echo A\nalias b a\n',
  },
};

/** What kmod knows since 33. */
const WEAK: RecordedRoot = {
  depmod: true,
  modules: { [`${TREE}/kernel/a.ko`]: license(), [`${TREE}/kernel/b.ko`]: license() },
  files: {
    [`${TREE}/modules.order`]: 'kernel/a.ko\nkernel/b.ko\n',
    [`${TREE}/modules.builtin`]: '',
    [`${TREE}/modules.builtin.modinfo`]: '',
    [`${TREE}/modules.weakdep`]: '# Weak dependencies extracted from modules themselves.\nweakdep a b\n',
    'etc/modprobe.d/weak.conf': 'weakdep b a  nosuch\n',
    'usr/lib/modprobe.d/05-vendor.conf': 'options a from=vendor\n',
    'usr/local/lib/modprobe.d/06-local.conf': 'options a from=local\n',
    'lib/modprobe.d/05-vendor.conf': 'options a from=lib\n',
    'proc/cmdline': '',
    'proc/modules': '',
  },
};

/** A list of device nodes with a line that is none. */
const BAD_NODES: RecordedRoot = {
  files: {
    [`${TREE}/modules.devname`]: 'fuse fuse c10:229\nbad line\nloop loop-control c10:237\n',
    'proc/cmdline': '',
    'proc/modules': '',
  },
};

/** Nothing at all. */
const NOTHING: RecordedRoot = { files: { 'proc/cmdline': '', 'proc/modules': '' } };

/** All roots by name. */
export const ROOTS: Readonly<Record<string, RecordedRoot>> = {
  main: MAIN,
  bad: BAD,
  'command-line': COMMAND_LINE,
  loaded: LOADED,
  files: FILES,
  'signed-badly': SIGNED_BADLY_ROOT,
  bare: BARE,
  weak: WEAK,
  'bad-nodes': BAD_NODES,
  nothing: NOTHING,
};
