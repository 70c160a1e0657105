import { license, type RecordedRoot, TREE } from './recorded-root.ts';

/** A tree without its indexes. */
export const BARE: RecordedRoot = {
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

/** A list of device nodes with a line that is none. */
export const BAD_NODES: RecordedRoot = {
  files: {
    [`${TREE}/modules.devname`]: 'fuse fuse c10:229\nbad line\nloop loop-control c10:237\n',
    'proc/cmdline': '',
    'proc/modules': '',
  },
};

/** Nothing at all. */
export const NOTHING: RecordedRoot = { files: { 'proc/cmdline': '', 'proc/modules': '' } };
