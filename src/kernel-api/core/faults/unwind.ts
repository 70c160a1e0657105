import { callSiteAt } from '../../../kernel/log/call-frames.ts';
import { isKernelText } from '../../../kernel/memory/kernel-text.ts';
import { type Address, addressFromBits, PAGE_SIZE } from '../../../memory/address.ts';
import type { Session } from '../session.ts';
import { callerFrame, type Frame } from './orc.ts';
import { moduleAt } from './symbolize.ts';

const WORD = 8;
/** Words of the stack that are looked through. */
const STACK_WORDS = 2048;
/** Words that may stand between two frames: arguments, and what the emulator itself puts there. */
const GAP_WORDS = 16;

/** A word of the stack that points into code. */
export interface StackWord {
  readonly address: Address;
  /** The unwinder came by here; others were left there by chance. */
  readonly reliable: boolean;
}

/** What `show_trace_log_lvl` finds on the stack of the running code: words that point into code, innermost first. */
export function stackWords(session: Session): StackWord[] {
  const { top, end } = stackRange(session);
  const reliable = unwind(session, end);
  const words: StackWord[] = [];
  for (let at = top; at + WORD <= end; at += WORD) {
    const address = session.memory.readPointer(at);
    if (isText(session, address)) words.push({ address, reliable: reliable.has(at) });
  }
  return words;
}

/** The part of the stack that is looked through: empty when the stack pointer points nowhere. */
function stackRange({ cpu, memory, traceTop }: Session): { top: Address; end: Address } {
  const pointer = addressFromBits(cpu.readRegister('rsp'));
  const mapping = memory.find(pointer) ?? memory.find(pointer + PAGE_SIZE);
  if (!mapping) return { top: pointer, end: pointer };
  const top = Math.max(pointer, mapping.base);
  const bottom = Math.min(mapping.base + mapping.bytes.length, traceTop ?? Number.POSITIVE_INFINITY);
  return { top, end: Math.min(bottom, top + STACK_WORDS * WORD) };
}

/** A return address as the kernel would have it: for the emulator's own, what stands behind that on the stack. */
export function callerOf(session: Session, address: Address): Address {
  if (address !== session.cpu.returnAddress) return address;
  const { top, end } = stackRange(session);
  let passed = false;
  for (let at = top; at + WORD <= end; at += WORD) {
    const word = session.memory.readPointer(at);
    if (passed && callSiteAt(session.kernel, word)) return word;
    passed ||= word === address;
  }
  return address;
}

/** Where on the stack, below `end`, the return addresses stand. */
function unwind(session: Session, end: Address): Set<Address> {
  const { cpu, memory } = session;
  const register = (name: string) => addressFromBits(cpu.readRegister(name));
  let frame: Frame = { ip: register('rip'), sp: register('rsp'), bp: register('rbp') };
  const found = new Set<Address>();
  for (let at = returnAddressOf(session, frame, end); at !== undefined; ) {
    found.add(at);
    frame = { ip: memory.readPointer(at), sp: at + WORD, bp: callerBp(session, frame) };
    at = returnAddressOf(session, { ...frame, ip: frame.ip - 1 }, end);
  }
  return found;
}

/** Where a function's return address stands: as its module's tables say, else the next one on the stack. */
function returnAddressOf(session: Session, frame: Frame, end: Address): Address | undefined {
  const caller = unwindModule(session, frame);
  const isAbove = caller !== undefined && caller.sp > frame.sp && caller.sp % WORD === 0;
  const from = isAbove ? caller.sp - WORD : Math.ceil(frame.sp / WORD) * WORD;
  const limit = Math.min(end, from + GAP_WORDS * WORD);
  for (let at = from; at + WORD <= limit && session.memory.find(at); at += WORD) {
    if (isReturnAddress(session, session.memory.readPointer(at))) return at;
  }
  return undefined;
}

function callerBp(session: Session, frame: Frame): Address {
  return unwindModule(session, frame)?.bp ?? frame.bp;
}

function unwindModule(session: Session, frame: Frame): Omit<Frame, 'ip'> | undefined {
  const module = moduleAt(session.kernel, frame.ip);
  return module && callerFrame(session.memory, module, frame);
}

/** `__kernel_text_address`, as far as code is known: modules', what runs of the kernel's own, and the kernel's places. */
function isText({ kernel, memory }: Session, address: Address): boolean {
  if (address >= 0) return false;
  if (callSiteAt(kernel, address)) return true;
  const isCode = moduleAt(kernel, address) !== undefined || isKernelText(kernel.profile, address);
  return isCode && memory.find(address)?.permissions.execute === true;
}

/** An address behind a call instruction of a module's text, or one of the kernel's own places. */
function isReturnAddress(session: Session, value: Address): boolean {
  if (!isText(session, value)) return false;
  if (callSiteAt(session.kernel, value)) return true;
  const mapping = session.memory.find(value - 5);
  if (!mapping?.permissions.execute) return false;
  const offset = value - mapping.base;
  return offset >= 5 && (mapping.bytes[offset - 5] === 0xe8 || mapping.bytes[offset - 2] === 0xff);
}
