import type { CallChain } from '../../../abi/call-chains.ts';
import { warningPlace } from '../../../kernel/log/call-frames.ts';
import { printModules, printTask } from '../../../kernel/log/dump-stack.ts';
import { KERN, type LogLevel, printk } from '../../../kernel/log/printk.ts';
import { addTaint, TAINT } from '../../../kernel/log/taint.ts';
import type { Session } from '../session.ts';
import { showRegisters, showTrace } from './dump.ts';
import { checkPanicOnWarn } from './panic.ts';

/** A `WARN` of the kernel's own code. */
export interface KernelWarning {
  /** Source file and line, `init/main.c:1284`. */
  readonly place: string;
  /** The function, as the kernel's symbol table has it. */
  readonly where: string;
  /** The text between the cut line and the place. */
  readonly message?: string;
  /** Its level, where that is not the warning's own. */
  readonly level?: LogLevel;
  /** The kernel's functions between the module's call and the one that warns. */
  readonly inner?: readonly CallChain[];
}

/** `"------------[ cut here ]------------"`, include/asm-generic/bug.h. */
export const CUT_HERE = '------------[ cut here ]------------';

/** `warn_slowpath_fmt`: a warning of a modelled kernel function. */
export function warn(
  session: Session,
  { place, where, message, level = KERN.WARNING, inner = [] }: KernelWarning,
): void {
  const say = (text: string): void => printk(session.kernel, KERN.WARNING, text);
  say(CUT_HERE);
  if (message !== undefined) printk(session.kernel, level, message);
  warnBody(session, place, message === undefined ? where : warningPlace(session.kernel, where), { inner });
}

/** `WARN_ON_ONCE`: once a boot. */
export function warnOnce(session: Session, warning: KernelWarning): void {
  const { saidOnce } = session.kernel;
  if (saidOnce.has(warning.place)) return;
  saidOnce.add(warning.place);
  warn(session, warning);
}

interface WarningForm {
  /** The function of the register dump, where that is another one. */
  readonly dumpAt?: string;
  readonly inner?: readonly CallChain[];
  /** A bit of `TAINT`: `WARN_TAINT`. */
  readonly taint?: number;
}

/** `__warn`, kernel/panic.c, behind the cut line and the message. `where`: the function of the kernel's own. */
export function warnBody(
  session: Session,
  place: string | undefined,
  where: string,
  { dumpAt, inner, taint = TAINT.WARN }: WarningForm = {},
): void {
  const { kernel, current } = session;
  const say = (text: string): void => printk(kernel, KERN.WARNING, text);
  const at = place === undefined ? '' : `${place} `;
  say(`WARNING: CPU: 0 PID: ${current.pid} at ${at}${where}`);
  printModules(kernel);
  printTask(kernel);
  showRegisters(session, dumpAt ?? where);
  showTrace(session, KERN.WARNING, inner);
  checkPanicOnWarn(session);
  say('---[ end trace 0000000000000000 ]---');
  addTaint(kernel, taint, 'LOCKDEP_STILL_OK');
}
