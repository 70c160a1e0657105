import { EINVAL } from '../../../abi/negative-errno.ts';
import { type GuestCall, nothing, rowsOf, zero } from '../../kernel-function.ts';

/** What file operations of modules leave to the kernel. */
export const fileServiceFunctions = () => [
  ...rowsOf('fs/open.c', [
    ['int nonseekable_open(struct inode *inode, struct file *filp)', zero],
    ['int stream_open(struct inode *inode, struct file *filp)', zero],
  ]),
  ...rowsOf('fs/libfs.c', [
    [
      'int simple_open(struct inode *inode, struct file *file)',
      (call) => {
        const data = call.session.pointerAt(call.pointer(0), 'inode', 'i_private');
        if (data !== 0) call.memory.writePointer(call.session.at(call.pointer(1), 'file', 'private_data'), data);
        return 0;
      },
    ],
  ]),
  ...rowsOf('fs/fcntl.c', [
    ['int fasync_helper(int fd, struct file *filp, int on, struct fasync_struct **fapp)', zero],
    ['void kill_fasync(struct fasync_struct **fp, int sig, int band)', nothing],
  ]),
  ...rowsOf('fs/read_write.c', [
    [
      'loff_t noop_llseek(struct file *file, loff_t offset, int whence)',
      (call) => call.memory.readU64(call.session.at(call.pointer(0), 'file', 'f_pos')),
    ],
    ['loff_t default_llseek(struct file *file, loff_t offset, int whence)', seek],
    ['loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)', seek],
    ['loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)', seek],
  ]),
];

function seek(call: GuestCall): bigint | number {
  const [file, offset, whence] = [call.pointer(0), call.signedLong(1), call.int(2)];
  const position = call.session.at(file, 'file', 'f_pos');
  const base = whence === 1 ? call.memory.readU64(position) : 0n;
  const target = base + offset;
  if (whence > 2 || target < 0n) return EINVAL;
  call.memory.writeU64(position, target);
  return target;
}
