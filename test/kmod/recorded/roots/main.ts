import { license, type RecordedRoot, TREE } from './recorded-root.ts';

const ORDER = 'a b c my-dash soft softer loop_a loop_b weak inst needs_inst soft_inst opt black needs_black'.split(' ');

/** Modules that lean on each other, aliases of all kinds, soft dependencies, built-in ones. */
export const MAIN: RecordedRoot = {
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
    [`${TREE}/modules.order`]: ORDER.map((name) => `kernel/${name}.ko\n`).join(''),
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

/** Some of the modules are loaded. */
export const LOADED: RecordedRoot = {
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
