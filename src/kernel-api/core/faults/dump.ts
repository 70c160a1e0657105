import type { CallChain } from '../../../abi/call-chains.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { callSites, siteText } from '../../../kernel/log/call-frames.ts';
import { printTask } from '../../../kernel/log/dump-stack.ts';
import { KERN, type LogLevel, printk } from '../../../kernel/log/printk.ts';
import { isKernelText } from '../../../kernel/memory/kernel-text.ts';
import { type Address, addressFromBits } from '../../../memory/address.ts';
import { GuestFault } from '../../../memory/guest-fault.ts';
import type { Session } from '../session.ts';
import { sprintSymbol } from './symbolize.ts';
import { stackWords } from './unwind.ts';

/** Bytes of code before and after the instruction: `PROLOGUE_SIZE`, `EPILOGUE_SIZE`, arch/x86/kernel/dumpstack.c. */
const PROLOGUE_SIZE = 42;
const CODE_BYTES = 64;

const REGISTER_ROWS = [
  ['rax', 'rbx', 'rcx'],
  ['rdx', 'rsi', 'rdi'],
  ['rbp', 'r8', 'r9'],
  ['r10', 'r11', 'r12'],
  ['r13', 'r14', 'r15'],
] as const;

/** `show_opcodes`. */
function codeLine({ memory, profile }: Kernel, rip: Address): string {
  try {
    const start = rip - PROLOGUE_SIZE;
    const own = isKernelText(profile, rip) ? profile.text?.read(start, CODE_BYTES) : undefined;
    const bytes = own?.length === CODE_BYTES ? own : memory.view(start, CODE_BYTES, 'read');
    const words = Array.from(bytes, (byte, index) => {
      const text = byte.toString(16).padStart(2, '0');
      return index === PROLOGUE_SIZE ? `<${text}>` : text;
    });
    return `Code: ${words.join(' ')}`;
  } catch (error) {
    if (!(error instanceof GuestFault)) throw error;
    return `Code: Unable to access opcode bytes at 0x${hex(BigInt.asUintN(64, BigInt(rip - PROLOGUE_SIZE)))}.`;
  }
}

function hex(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, '0');
}

/** `__show_regs`, arch/x86/kernel/process_64.c. */
export function showRegisters(session: Session, where?: string): void {
  for (const line of registerLines(session, where)) printk(session.kernel, KERN.WARNING, line);
}

/** The lines of {@link showRegisters}. `where` replaces the instruction pointer by a kernel function's name. */
export function registerLines({ kernel, cpu }: Session, where?: string, cr2: Address = 0): string[] {
  const rip = addressFromBits(cpu.readRegister('rip'));
  const flags = BigInt.asUintN(32, cpu.readRegister('eflags')).toString(16).padStart(8, '0');
  return [
    `RIP: 0010:${where ?? sprintSymbol(kernel, rip, 'S')}`,
    codeLine(kernel, rip),
    `RSP: 0018:${hex(cpu.readRegister('rsp'))} EFLAGS: ${flags}`,
    ...REGISTER_ROWS.map((row) =>
      row.map((name) => `${registerLabel(name)}: ${hex(cpu.readRegister(name))}`).join(' '),
    ),
    `FS:  ${hex(0n)}(0000) GS:${hex(cpu.readRegister('gs_base'))}(0000) knlGS:${hex(0n)}`,
    'CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033',
    `CR2: ${hex(BigInt(cr2))} CR3: 000000001fc24000 CR4: 00000000000006f0`,
  ];
}

/** `RAX`, `R08`. */
function registerLabel(name: string): string {
  return name.length === 2 ? `R0${name[1]}` : name.toUpperCase();
}

/**
 * `show_trace_log_lvl`: what stands on the stack, with a question mark where the unwinder did not come by. `inner`: the
 * kernel's own functions between the module's call and here.
 */
export function showTrace(session: Session, level: LogLevel, inner: readonly CallChain[] = []): void {
  const { kernel } = session;
  const say = (text: string): void => printk(kernel, level, text);
  const interrupt = session.current.pid === 0;
  say('Call Trace:');
  say(interrupt ? ' <IRQ>' : ' <TASK>');
  for (const site of callSites(kernel, inner).reverse()) say(` ${siteText(site)}`);
  for (const { address, reliable } of stackWords(session)) {
    say(` ${reliable ? '' : '? '}${sprintSymbol(kernel, address, 'B')}`);
  }
  if (interrupt) {
    for (const line of [' </IRQ>', ' <TASK>']) say(line);
    for (const site of callSites(kernel, ['idle']).reverse()) say(` ${siteText(site)}`);
  }
  say(' </TASK>');
}

/** `dump_stack`: who, on what, and from where. `inner`: the kernel's functions that called it. */
export function dumpStack(session: Session, inner: readonly CallChain[] = []): void {
  printTask(session.kernel);
  showTrace(session, KERN.WARNING, [...inner, 'dumpStack']);
}
