import { registerBlockMajor, unregisterBlockMajor } from '../../../kernel/devices/block-majors.ts';
import { warn } from '../../core/faults/warn.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

function unregister(call: GuestCall): void {
  if (unregisterBlockMajor(call.kernel, call.unsigned(0), call.string(1))) return;
  warn(call.session, { place: 'block/genhd.c:300', where: 'unregister_blkdev+0x7f/0xc0' });
}

/** Majors of block devices. */
export const blockMajorFunctions = () =>
  rowsOf('block/genhd.c', [
    [
      'int __register_blkdev(unsigned int major, const char *name, void (*probe)(dev_t devt))',
      (call) => registerBlockMajor(call.kernel, call.unsigned(0), call.string(1)),
    ],
    ['void unregister_blkdev(unsigned int major, const char *name)', unregister],
  ]);
