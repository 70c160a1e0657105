import type { Address } from '../../memory/address.ts';
import { inInterrupt } from '../core/kernel-data/percpu.ts';
import type { Session } from '../core/session.ts';

/** `_DPRINTK_FLAGS_*`, include/linux/dynamic_debug.h. */
const FLAG = { PRINT: 1, MODNAME: 2, FUNCNAME: 4, LINENO: 8, TID: 16 } as const;
/** `struct _ddebug`: four pointers, then a word of `lineno:18, class_id:6, flags:8`. */
const WORD_OFFSET = 32;
const LINE_BITS = 18;
const FLAGS_SHIFT = 24;

function flagsOf(session: Session, descriptor: Address): number {
  return session.memory.readU32(descriptor + WORD_OFFSET) >>> FLAGS_SHIFT;
}

/** Whether a descriptor's message is to be printed. */
export function isEnabled(session: Session, descriptor: Address): boolean {
  return (flagsOf(session, descriptor) & FLAG.PRINT) !== 0;
}

/** `__dynamic_emit_prefix`. */
export function prefixOf(session: Session, descriptor: Address): string {
  const { memory } = session;
  const flags = flagsOf(session, descriptor);
  const text = (field: number): string => memory.readCString(memory.readPointer(descriptor + field));
  const line = memory.readU32(descriptor + WORD_OFFSET) & ((1 << LINE_BITS) - 1);
  const where =
    (flags & FLAG.MODNAME ? `${text(0)}:` : '') +
    (flags & FLAG.FUNCNAME ? `${text(8)}:` : '') +
    (flags & FLAG.LINENO ? `${line}:` : '');
  const task = flags & FLAG.TID ? (inInterrupt(session.kernel) ? '<intr> ' : `[${session.current.pid}] `) : '';
  return task + where + (where === '' ? '' : ' ');
}
