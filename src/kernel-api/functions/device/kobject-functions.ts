import { EINVAL } from '../../../abi/negative-errno.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { dumpStack } from '../../core/faults/dump.ts';
import type { Session } from '../../core/session.ts';
import { copyInString } from '../../guest-text.ts';
import { doing, type GuestCall, rowsOf } from '../../kernel-function.ts';
import { format, variadic } from '../text/printk.ts';
import {
  addKobject,
  deleteKobject,
  dynamicKobjects,
  initKobject,
  isInitialized,
  kobjectPath,
  putKobject,
  setKobjectName,
  shownKobject,
  shownPointer,
} from './kobject.ts';
import { addVariable } from './uevents.ts';

/** `kobject (…): tried to init an initialized object`, lib/kobject.c. */
function complainOf({ session, kernel }: GuestCall, what: string, shown: string): void {
  const who = shown.startsWith("'") ? shown : `(${shown})`;
  printk(kernel, KERN.ERR, `kobject ${who}: tried to ${what} object, something is seriously wrong.`);
  dumpStack(session);
}

function getKobject(session: Session, kobject: Address): Address {
  if (kobject !== 0) {
    const count = session.at(kobject, 'kobject', 'kref');
    session.memory.writeU32(count, session.memory.readU32(count) + 1);
  }
  return kobject;
}

/** `kobject_create_and_add`: the kobject, or NULL. */
function createKobject(session: Session, name: string, parent: Address): Address {
  const kobject = kzalloc(session.kernel, session.fields.size('kobject'));
  dynamicKobjects(session.kernel).dynamic.push(kobject);
  initKobject(session, kobject, 0);
  setKobjectName(session, kobject, name);
  const error = addKobject(session, kobject, parent);
  if (error === 0) return kobject;
  printk(session.kernel, KERN.WARNING, `kobject_create_and_add: kobject_add error: ${error}`);
  return 0;
}

/** The kobject that is embedded in a kset at its `kobj`. */
function ksetKobject(session: Session, kset: Address): Address {
  return session.at(kset, 'kset', 'kobj');
}

function createKset(call: GuestCall): Address {
  const { session } = call;
  const [name, parent] = [call.string(0), call.pointer(2)];
  const kset = kzalloc(call.kernel, session.fields.size('kset'));
  const kobject = ksetKobject(session, kset);
  initKobject(session, kobject, 0);
  setKobjectName(session, kobject, name);
  return addKobject(session, kobject, parent) === 0 ? kset : 0;
}

/** The parent of a kobject that has none is its kset. */
function parentOf(session: Session, kobject: Address, parent: Address): Address {
  if (parent !== 0) return parent;
  const kset = session.pointerAt(kobject, 'kobject', 'kset');
  return kset === 0 ? 0 : ksetKobject(session, kset);
}

/** Kobjects: lib/kobject.c. */
export const kobjectFunctions = () =>
  rowsOf('lib/kobject.c', [
    [
      'struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)',
      (call) => createKobject(call.session, call.string(0), call.pointer(1)),
    ],
    [
      'void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)',
      (call) => {
        const kobject = call.pointer(0);
        if (isInitialized(call.session, kobject))
          complainOf(call, 'init an initialized', shownPointer(call.session, kobject));
        initKobject(call.session, kobject, call.pointer(1));
      },
    ],
    [
      'int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...)',
      (call) => {
        const [kobject, parent] = [call.pointer(0), call.pointer(1)];
        if (!isInitialized(call.session, kobject) && call.session.stubs.size === 0) {
          complainOf(call, 'add an uninitialized', shownKobject(call.session, kobject));
          return EINVAL;
        }
        setKobjectName(call.session, kobject, format(call, call.string(2), variadic(call, 3)));
        return addKobject(call.session, kobject, parentOf(call.session, kobject, parent));
      },
    ],
    [
      'int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype, struct kobject *parent, const char *fmt, ...)',
      (call) => {
        const [kobject, ktype, parent] = [call.pointer(0), call.pointer(1), call.pointer(2)];
        const name = format(call, call.string(3), variadic(call, 4));
        initKobject(call.session, kobject, ktype);
        setKobjectName(call.session, kobject, name);
        return addKobject(call.session, kobject, parentOf(call.session, kobject, parent));
      },
    ],
    [
      'int kobject_set_name(struct kobject *kobj, const char *fmt, ...)',
      doing(
        (call) => setKobjectName(call.session, call.pointer(0), format(call, call.string(1), variadic(call, 2))),
        0,
      ),
    ],
    ['struct kobject *kobject_get(struct kobject *kobj)', (call) => getKobject(call.session, call.pointer(0))],
    ['void kobject_put(struct kobject *kobj)', (call) => putKobject(call.session, call.pointer(0))],
    ['void kobject_del(struct kobject *kobj)', (call) => deleteKobject(call.session, call.pointer(0))],
    ['int kobject_uevent(struct kobject *kobj, enum kobject_action action)', () => 0],
    ['int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp_ext[])', () => 0],
    [
      'int add_uevent_var(struct kobj_uevent_env *env, const char *format, ...)',
      (call) => addVariable(call.session, call.pointer(0), format(call, call.string(1), variadic(call, 2))),
    ],
    [
      'char *kobject_get_path(const struct kobject *kobj, gfp_t gfp_mask)',
      (call) => copyInString(call.session, (kobjectPath(call.session, call.pointer(0)) ?? 'sys').slice('sys'.length)),
    ],
    [
      'struct kset *kset_create_and_add(const char *name, const struct kset_uevent_ops *uevent_ops, struct kobject *parent_kobj)',
      createKset,
    ],
    [
      'int kset_register(struct kset *k)',
      (call) => {
        const kobject = ksetKobject(call.session, call.pointer(0));
        initKobject(call.session, kobject, call.session.pointerAt(kobject, 'kobject', 'ktype'));
        return addKobject(
          call.session,
          kobject,
          parentOf(call.session, kobject, call.session.pointerAt(kobject, 'kobject', 'parent')),
        );
      },
    ],
    [
      'void kset_unregister(struct kset *k)',
      (call) => putKobject(call.session, ksetKobject(call.session, call.pointer(0))),
    ],
  ]);
