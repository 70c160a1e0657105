import { EEXIST } from '../../../abi/negative-errno.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** Names of the key types that modules brought; the kernel's own are not asked for. */
const typeState = subsystem('key-types', () => ({ names: [] as string[] }));

function nameOf(call: GuestCall): string {
  return call.memory.readCString(call.session.pointerAt(call.pointer(0), 'key_type', 'name'));
}

function register(call: GuestCall): number {
  const { names } = typeState(call.kernel);
  const name = nameOf(call);
  if (names.includes(name)) return EEXIST;
  names.push(name);
  printk(call.kernel, KERN.NOTICE, `Key type ${name} registered`);
  return 0;
}

function unregister(call: GuestCall): void {
  const state = typeState(call.kernel);
  const name = nameOf(call);
  state.names = state.names.filter((each) => each !== name);
  printk(call.kernel, KERN.NOTICE, `Key type ${name} unregistered`);
}

/** Types of keys: security/keys. */
export const keyTypeFunctions = () =>
  rowsOf('security/keys/key.c', [
    ['int register_key_type(struct key_type *ktype)', register],
    ['void unregister_key_type(struct key_type *ktype)', unregister],
  ]);
