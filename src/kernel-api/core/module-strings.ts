import { kfree } from '../../kernel/memory/heap.ts';
import type { Module } from '../../kernel/module.ts';
import { copyInString } from '../guest-text.ts';
import type { Session } from './session.ts';

/** Fields of `struct module` that hold a copy of what .modinfo says: `modinfo_attrs`, kernel/module/main.c. */
const STRINGS = ['version', 'srcversion'] as const;

/** `setup_modinfo`, as far as the module's own code can see it. */
export function setupStrings(session: Session, module: Module): void {
  for (const field of STRINGS) {
    const value = module[field];
    const place = session.fields.find('module', field);
    if (value === undefined || place === undefined) continue;
    session.memory.writePointer(module.thisModule + place, copyInString(session, value));
  }
}

/** `free_modinfo`. */
export function freeStrings(session: Session, module: Module): void {
  for (const field of STRINGS) {
    const place = session.fields.find('module', field);
    if (place !== undefined) kfree(session.kernel, session.memory.readPointer(module.thisModule + place));
  }
}
