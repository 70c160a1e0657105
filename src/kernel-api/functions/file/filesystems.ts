import { addFileSystem, removeFileSystem } from '../../../kernel/devices/filesystems.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { readString } from '../device/buses.ts';

/** `FS_REQUIRES_DEV`, include/linux/fs.h. */
const FS_REQUIRES_DEV = 1;

function register(call: GuestCall): number {
  const { session, kernel, memory } = call;
  const address = call.pointer(0);
  const flags = memory.readU32(session.at(address, 'file_system_type', 'fs_flags'));
  const name = readString(session, address, 'file_system_type', 'name');
  return addFileSystem(kernel, { address, name, requiresDevice: (flags & FS_REQUIRES_DEV) !== 0 });
}

/** Kinds of file systems: fs/filesystems.c. */
export const filesystemFunctions = () =>
  rowsOf('fs/filesystems.c', [
    ['int register_filesystem(struct file_system_type *fs)', register],
    [
      'int unregister_filesystem(struct file_system_type *fs)',
      (call) => removeFileSystem(call.kernel, call.pointer(0)),
    ],
  ]);
