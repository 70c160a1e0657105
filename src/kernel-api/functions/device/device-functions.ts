import { EEXIST, EINVAL } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { kobjectNameTaken } from '../../core/sysfs-duplicate.ts';
import { copyInString } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { addTreeNode, findTreeNode, removeTree } from '../../vfs/tree.ts';
import { REFCOUNT_UNDERFLOW, warnRefcount } from '../checks.ts';
import { cdevAdd } from '../file/chardev.ts';
import { format, variadic } from '../text/printk.ts';
import { readString } from './buses.ts';
import { deviceKobject } from './device-places.ts';
import {
  addDevice,
  devices,
  driverString,
  getDevice,
  initDevice,
  putDevice,
  removeDevice,
  unregisterDevice,
} from './devices.ts';
import { addAttribute, addGroup, kobjectPath, pointers, setKobjectName } from './kobject.ts';

function createDevice(call: GuestCall, name: string, groups: Address): Address {
  const { session, memory } = call;
  const [cls, parent, devt, data] = [call.pointer(0), call.pointer(1), call.unsigned(2), call.pointer(3)];
  const device = kzalloc(call.kernel, session.fields.size('device'));
  initDevice(session, device);
  memory.writePointer(session.at(device, 'device', 'class'), cls);
  memory.writePointer(session.at(device, 'device', 'parent'), parent);
  memory.writeU32(session.at(device, 'device', 'devt'), devt);
  memory.writePointer(session.at(device, 'device', 'driver_data'), data);
  memory.writePointer(session.at(device, 'device', 'groups'), groups);
  setKobjectName(session, deviceKobject(session, device), name);
  const error = addDevice(session, device, true);
  return error < 0 ? error : device;
}

function destroyDevice(call: GuestCall): void {
  const { session, memory } = call;
  const [cls, devt] = [call.pointer(0), call.unsigned(1)];
  const found = devices(call.kernel).find(
    ({ device }) =>
      session.pointerAt(device, 'device', 'class') === cls &&
      memory.readU32(session.at(device, 'device', 'devt')) === devt,
  );
  if (found) removeDevice(session, found.device);
}

/** `__class_register`: /sys/class/<name> and its attributes; 0 or a negative error number. */
function registerClass(session: Session, cls: Address): number {
  const path = `sys/class/${readString(session, cls, 'class', 'name')}`;
  if (findTreeNode(session.kernel, path)) {
    kobjectNameTaken(session, path);
    return EEXIST;
  }
  addTreeNode(session.kernel, { path, kind: 'directory', mode: 0o755, object: cls });
  const groups = session.pointerAt(cls, 'class', 'class_groups');
  if (groups !== 0) {
    for (const group of pointers(session, groups))
      addGroup(session, { kobject: cls, path, group, structure: 'class_attribute', object: cls });
  }
  return 0;
}

function createClass(call: GuestCall): Address {
  const { session, memory } = call;
  const cls = kzalloc(call.kernel, session.fields.size('class'));
  memory.writePointer(session.at(cls, 'class', 'owner'), call.pointer(0));
  memory.writePointer(session.at(cls, 'class', 'name'), copyInString(session, call.string(1)));
  const error = registerClass(session, cls);
  if (error === 0) return cls;
  kfree(call.kernel, cls);
  return error;
}

/** `class_unregister`: and its last reference calls `class_release`. False: it was unregistered before, which is warned of. */
function unregisterClass(session: Session, cls: Address): boolean {
  const path = `sys/class/${readString(session, cls, 'class', 'name')}`;
  if (findTreeNode(session.kernel, path)?.object !== cls) {
    warnRefcount(session, REFCOUNT_UNDERFLOW);
    return false;
  }
  removeTree(session.kernel, path);
  const release = session.pointerAt(cls, 'class', 'class_release');
  if (release !== 0) session.call(release, cls);
  return true;
}

function attributeFile(call: GuestCall, structure: string, directory: string | undefined): number {
  if (directory === undefined) return EINVAL;
  return addAttribute(call.session, directory, call.pointer(1), structure, call.pointer(0));
}

function removeAttribute(call: GuestCall, directory: string | undefined): void {
  if (directory === undefined) return;
  const name = call.memory.readCString(call.session.pointerAt(call.pointer(1), 'attribute', 'name'));
  removeTree(call.kernel, `${directory}/${name}`);
}

const classPath = (call: GuestCall): string =>
  `sys/class/${readString(call.session, call.pointer(0), 'class', 'name')}`;

const devicePath = (call: GuestCall): string | undefined =>
  kobjectPath(call.session, deviceKobject(call.session, call.pointer(0)));

/** Classes and devices: drivers/base. */
export const deviceFunctions = () => [
  ...rowsOf('drivers/base/class.c', [
    ['struct class *__class_create(struct module *owner, const char *name, struct lock_class_key *key)', createClass],
    [
      'int __class_register(struct class *cls, struct lock_class_key *key)',
      (call) => registerClass(call.session, call.pointer(0)),
    ],
    ['void class_unregister(struct class *cls)', (call) => void unregisterClass(call.session, call.pointer(0))],
    [
      'void class_destroy(struct class *cls)',
      (call) => {
        const cls = call.pointer(0);
        if (cls === 0) return;
        if (unregisterClass(call.session, cls)) kfree(call.kernel, cls);
      },
    ],
    [
      'int class_create_file_ns(struct class *cls, const struct class_attribute *attr, const void *ns)',
      (call) => attributeFile(call, 'class_attribute', classPath(call)),
    ],
    [
      'void class_remove_file_ns(struct class *cls, const struct class_attribute *attr, const void *ns)',
      (call) => removeAttribute(call, classPath(call)),
    ],
    ['int class_interface_register(struct class_interface *class_intf)', () => 0],
    ['void class_interface_unregister(struct class_interface *class_intf)', () => undefined],
  ]),
  ...rowsOf('drivers/base/core.c', [
    [
      'struct device *device_create(struct class *class, struct device *parent, dev_t devt, void *drvdata, const char *fmt, ...)',
      (call) => createDevice(call, format(call, call.string(4), variadic(call, 5)), 0),
    ],
    [
      'struct device *device_create_with_groups(struct class *class, struct device *parent, dev_t devt, void *drvdata, const struct attribute_group **groups, const char *fmt, ...)',
      (call) => createDevice(call, format(call, call.string(5), variadic(call, 6)), call.pointer(4)),
    ],
    ['void device_destroy(struct class *class, dev_t devt)', destroyDevice],
    ['void device_initialize(struct device *dev)', (call) => initDevice(call.session, call.pointer(0))],
    ['int device_add(struct device *dev)', (call) => addDevice(call.session, call.pointer(0))],
    [
      'int device_register(struct device *dev)',
      (call) => {
        const device = call.pointer(0);
        initDevice(call.session, device);
        return addDevice(call.session, device);
      },
    ],
    ['void device_del(struct device *dev)', (call) => removeDevice(call.session, call.pointer(0))],
    ['void device_unregister(struct device *dev)', (call) => unregisterDevice(call.session, call.pointer(0))],
    ['struct device *get_device(struct device *dev)', (call) => getDevice(call.session, call.pointer(0))],
    [
      'void put_device(struct device *dev)',
      (call) => void (call.pointer(0) !== 0 && putDevice(call.session, call.pointer(0))),
    ],
    [
      'int dev_set_name(struct device *dev, const char *fmt, ...)',
      (call) => {
        const device = call.pointer(0);
        setKobjectName(
          call.session,
          deviceKobject(call.session, device),
          format(call, call.string(1), variadic(call, 2)),
        );
        return 0;
      },
    ],
    [
      'int device_create_file(struct device *dev, const struct device_attribute *attr)',
      (call) => attributeFile(call, 'device_attribute', devicePath(call)),
    ],
    [
      'void device_remove_file(struct device *dev, const struct device_attribute *attr)',
      (call) => removeAttribute(call, devicePath(call)),
    ],
    [
      'int device_create_bin_file(struct device *dev, const struct bin_attribute *attr)',
      (call) => attributeFile(call, 'bin_attribute', devicePath(call)),
    ],
    [
      'void device_remove_bin_file(struct device *dev, const struct bin_attribute *attr)',
      (call) => removeAttribute(call, devicePath(call)),
    ],
    [
      'int device_for_each_child(struct device *parent, void *data, int (*fn)(struct device *dev, void *data))',
      () => 0,
    ],
    [
      'const char *dev_driver_string(const struct device *dev)',
      (call) => copyInString(call.session, driverString(call.session, call.pointer(0))),
    ],
    [
      'struct device *__root_device_register(const char *name, struct module *owner)',
      (call) => {
        const device = kzalloc(call.kernel, call.session.fields.size('device'));
        initDevice(call.session, device);
        setKobjectName(call.session, deviceKobject(call.session, device), call.string(0));
        const error = addDevice(call.session, device, true);
        return error < 0 ? error : device;
      },
    ],
    ['void root_device_unregister(struct device *dev)', (call) => removeDevice(call.session, call.pointer(0))],
  ]),
  ...rowsOf('fs/char_dev.c', [
    [
      'int cdev_device_add(struct cdev *cdev, struct device *dev)',
      (call) => {
        const [cdev, device] = [call.pointer(0), call.pointer(1)];
        const devt = call.memory.readU32(call.session.at(device, 'device', 'devt'));
        if (devt !== 0) cdevAdd(call, cdev, devt, 1);
        return addDevice(call.session, device);
      },
    ],
  ]),
];
