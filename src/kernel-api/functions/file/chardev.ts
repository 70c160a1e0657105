import { addMap, registerRegion, removeMaps, unregisterRegion } from '../../../kernel/devices/char-devices.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { initListHead } from '../../lists.ts';

/** `MINORBITS`, include/linux/kdev_t.h. */
const MINOR_BITS = 20;
const MINOR_MASK = (1 << MINOR_BITS) - 1;

/** `MAJOR`. */
export function majorOf(device: number): number {
  return device >>> MINOR_BITS;
}

/** `MINOR`. */
export function minorOf(device: number): number {
  return device & MINOR_MASK;
}

/** `MKDEV`. */
export function makeDevice(major: number, minor: number): number {
  return ((major << MINOR_BITS) | minor) >>> 0;
}

function registerChrdev(call: GuestCall): number {
  const [wanted, minor, count, operations] = [call.unsigned(0), call.unsigned(1), call.unsigned(2), call.pointer(4)];
  const region = registerRegion(call.kernel, { major: wanted, minor, count, name: call.string(3) });
  if (typeof region === 'number') return region;
  addMap(call.kernel, { major: region.major, minor, count, cdev: 0, operations });
  return wanted === 0 ? region.major : 0;
}

function unregisterChrdev(call: GuestCall): void {
  const [major, minor, count] = [call.unsigned(0), call.unsigned(1), call.unsigned(2)];
  unregisterRegion(call.kernel, major, minor, count);
  removeMaps(call.kernel, (map) => map.cdev === 0 && map.major === major && map.minor === minor);
}

function allocRegion(call: GuestCall): number {
  const [target, minor, count] = [call.pointer(0), call.unsigned(1), call.unsigned(2)];
  const region = registerRegion(call.kernel, { major: 0, minor, count, name: call.string(3) });
  if (typeof region === 'number') return region;
  call.memory.writeU32(target, makeDevice(region.major, minor));
  return 0;
}

function registerFixedRegion(call: GuestCall): number {
  const [device, count] = [call.unsigned(0), call.unsigned(1)];
  const region = { major: majorOf(device), minor: minorOf(device), count, name: call.string(2) };
  const result = registerRegion(call.kernel, region);
  return typeof result === 'number' ? result : 0;
}

function cdevInit(call: GuestCall): void {
  const { session, memory } = call;
  const [cdev, operations] = [call.pointer(0), call.pointer(1)];
  memory.view(cdev, session.fields.size('cdev'), 'write').fill(0);
  initListHead(memory, session.at(cdev, 'cdev', 'list'));
  memory.writePointer(session.at(cdev, 'cdev', 'ops'), operations);
}

/** `cdev_add`. */
export function cdevAdd(call: GuestCall, cdev: number, device: number, count: number): number {
  const { session, memory } = call;
  memory.writeU32(session.at(cdev, 'cdev', 'dev'), device);
  memory.writeU32(session.at(cdev, 'cdev', 'count'), count);
  const operations = session.pointerAt(cdev, 'cdev', 'ops');
  addMap(call.kernel, { major: majorOf(device), minor: minorOf(device), count, cdev, operations });
  return 0;
}

/** Character devices: fs/char_dev.c. */
export const chardevFunctions = () =>
  rowsOf('fs/char_dev.c', [
    [
      'int __register_chrdev(unsigned int major, unsigned int baseminor, unsigned int count, const char *name, const struct file_operations *fops)',
      registerChrdev,
    ],
    [
      'void __unregister_chrdev(unsigned int major, unsigned int baseminor, unsigned int count, const char *name)',
      unregisterChrdev,
    ],
    ['int alloc_chrdev_region(dev_t *dev, unsigned baseminor, unsigned count, const char *name)', allocRegion],
    ['int register_chrdev_region(dev_t from, unsigned count, const char *name)', registerFixedRegion],
    [
      'void unregister_chrdev_region(dev_t from, unsigned count)',
      (call) => unregisterRegion(call.kernel, majorOf(call.unsigned(0)), minorOf(call.unsigned(0)), call.unsigned(1)),
    ],
    ['void cdev_init(struct cdev *cdev, const struct file_operations *fops)', cdevInit],
    ['struct cdev *cdev_alloc(void)', (call) => kzalloc(call.kernel, call.session.fields.size('cdev'))],
    [
      'int cdev_add(struct cdev *p, dev_t dev, unsigned count)',
      (call) => cdevAdd(call, call.pointer(0), call.unsigned(1), call.unsigned(2)),
    ],
    [
      'void cdev_del(struct cdev *p)',
      (call) => {
        const cdev = call.pointer(0);
        removeMaps(call.kernel, (map) => map.cdev === cdev);
      },
    ],
    ['void cdev_set_parent(struct cdev *p, struct kobject *kobj)', () => undefined],
  ]);
