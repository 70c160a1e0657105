import type { Module } from '../../kernel/module.ts';
import { modulePut, moduleRefcount } from '../../kernel/module-references.ts';
import { requestModule } from '../../kernel/user-mode-helper.ts';
import type { Address } from '../../memory/address.ts';
import { sprintSymbol } from '../core/faults/symbolize.ts';
import { warn } from '../core/faults/warn.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';
import { symbolReferenceRows } from './symbol-references.ts';
import { format, variadic } from './text/printk.ts';
import { putText } from './text/text-format.ts';

function moduleOf({ kernel }: Pick<GuestCall, 'kernel'>, address: Address): Module | undefined {
  return kernel.modules.find((module) => module.thisModule === address);
}

/** `try_module_get` of the module whose `struct module` stands at an address; the kernel itself is always there. */
export function getModule(call: Pick<GuestCall, 'kernel'>, address: Address): boolean {
  const module = moduleOf(call, address);
  if (module?.state === 'GOING') return false;
  if (module) module.references++;
  return true;
}

/** `module_put`. */
export function putModule(call: Pick<GuestCall, 'kernel'>, address: Address): void {
  put(moduleOf(call, address));
}

const tryGet = (call: GuestCall): boolean => getModule(call, call.pointer(0));

function put(module: Module | undefined): void {
  if (module) modulePut(module);
}

/** `module_put` as a module calls it: giving back what nobody holds is warned of. */
function modulePutCall(call: GuestCall): void {
  const module = moduleOf(call, call.pointer(0));
  if (module && moduleRefcount(module) < 0) {
    warn(call.session, { place: 'kernel/module/main.c:857', where: 'module_put+0x8b/0x90' });
  }
  put(module);
}

/** References of modules to modules: kernel/module. */
export const moduleReferenceFunctions = () => [
  ...rowsOf('kernel/module/main.c', [
    ['bool try_module_get(struct module *module)', tryGet],
    ['void __module_get(struct module *module)', (call) => void tryGet(call)],
    ['void module_put(struct module *module)', modulePutCall],
    [
      'int module_refcount(struct module *mod)',
      (call) => {
        const module = moduleOf(call, call.pointer(0));
        return module ? moduleRefcount(module) : -1;
      },
    ],
    [
      'void __module_put_and_kthread_exit(struct module *mod, long code)',
      (call) => put(moduleOf(call, call.pointer(0))),
    ],
    ...symbolReferenceRows,
  ]),
  ...rowsOf('kernel/kmod.c', [
    [
      'int __request_module(bool wait, const char *fmt, ...)',
      (call) => requestModule(call.kernel, format(call, call.string(1), variadic(call, 2))),
    ],
  ]),
  ...rowsOf('kernel/kallsyms.c', [
    [
      'int sprint_symbol(char *buffer, unsigned long address)',
      (call) => {
        const text = sprintSymbol(call.kernel, call.pointer(1), 'S');
        putText(call, call.pointer(0), 512, text);
        return text.length;
      },
    ],
    [
      'int sprint_symbol_no_offset(char *buffer, unsigned long address)',
      (call) => {
        const text = sprintSymbol(call.kernel, call.pointer(1), 's');
        putText(call, call.pointer(0), 512, text);
        return text.length;
      },
    ],
  ]),
];
