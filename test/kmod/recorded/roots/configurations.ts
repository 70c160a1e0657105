import { license, type RecordedRoot, TREE } from './recorded-root.ts';

/** A configuration that is wrong in many ways. */
export const BAD: RecordedRoot = {
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
export const COMMAND_LINE: RecordedRoot = {
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

/** What kmod knows since 33. */
export const WEAK: RecordedRoot = {
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
