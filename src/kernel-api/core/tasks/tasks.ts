import type { Kernel } from '../../../kernel/kernel.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { allocatePid, claimPid } from '../../../kernel/pid.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { READ_WRITE } from '../../../memory/mapping.ts';
import { initListHead, listAddTail } from '../../lists.ts';
import type { Session } from '../session.ts';
import type { Task } from './task.ts';
import { fillPid, inherit, initTask, structSize, unlinkTask, writeString } from './task-struct.ts';

interface TaskState {
  readonly list: Task[];
  nextStack: number;
  /** The task_struct of a command that has ended: the next one takes it. */
  spare?: Address | undefined;
  /** The `mm_struct` of commands. */
  mm?: Address;
  /** The tasks of every machine: who starts commands, and who starts threads. */
  ancestors?: { readonly init: Address; readonly shell: Address; readonly kthreadd: Address };
}

/** The pid of `ksoftirqd/0` on Debian's kernel with one processor. */
const SOFTIRQ_PID = 14;
const KERNEL_STACK_SIZE = 16384;
/** `init`, `kthreadd`, and the shell below `init` that commands are typed into. */
const ANCESTORS = [
  { comm: 'init', pid: 1 },
  { comm: 'kthreadd', pid: 2 },
  { comm: 'sh', pid: 79 },
] as const;
/** `TASK_SIZE_MAX`, arch/x86/include/asm/page_64_types.h. */
const TASK_SIZE = 0x7ffffffff000n;
/** References of a task that runs: its own, and its parent's until it has been waited for. */
const TASK_REFERENCES = 2;
/** `PF_KTHREAD`, include/linux/sched.h. */
const PF_KTHREAD = 0x200000;
/** In the vmalloc area, far above what modules take of it: one stack and its guard pages each. */
const STACKS_BASE: Address = -0x36ff00000000 + 0x4000;
const STACK_STRIDE = 0x8000;

/** The tasks of the machine. */
export const taskState = subsystem<TaskState>('tasks', () => ({ list: [], nextStack: 0 }));

/** The task whose `task_struct` stands at an address. */
export function findTask(kernel: Kernel, address: Address): Task | undefined {
  return taskState(kernel).list.find((task) => task.address === address);
}

/** `copy_process` as far as modules see it. Sets: a task_struct and a kernel stack in guest memory. */
export function createTask(session: Session, comm: string, fields: Partial<Task> = {}): Task {
  const { kernel } = session;
  const state = taskState(kernel);
  const stack = STACKS_BASE + state.nextStack++ * STACK_STRIDE;
  kernel.memory.map(stack, new Uint8Array(KERNEL_STACK_SIZE), READ_WRITE, 'kernel stack');
  const address = takeSpare(session) ?? kzalloc(kernel, structSize(session));
  const task: Task = {
    address,
    pid: fields.pid ?? allocatePid(kernel),
    comm: comm.slice(0, 15),
    stack,
    state: 'new',
    ...fields,
  };
  claimPid(kernel, task.pid);
  state.list.push(task);
  fillTaskStruct(session, task);
  return task;
}

function takeSpare(session: Session): Address | undefined {
  const state = taskState(session.kernel);
  const { spare } = state;
  if (spare !== undefined) session.memory.view(spare, structSize(session), 'write').fill(0);
  state.spare = undefined;
  return spare;
}

/** `swapper/0`, which runs when nobody else does: timers fire in it. */
export function idleTask(session: Session): Task {
  const { kernel, current } = session;
  const address = kernel.profile.exports.find('init_task')?.address ?? current.address;
  return { address, pid: 0, comm: 'swapper/0', stack: current.stack, state: 'ready' };
}

/** The shell that the command is typed into. */
export function shellTask(session: Session, { stack }: Task): Task {
  const { comm, pid } = ANCESTORS[2];
  return { address: ancestors(session).shell, pid, comm, stack, state: 'asleep' };
}

/** `ksoftirqd/0`, which `raise_softirq` wakes outside of interrupts. */
export function softirqThread(session: Session): Task {
  const known = taskState(session.kernel).list.find(({ pid }) => pid === SOFTIRQ_PID);
  return known ?? createTask(session, 'ksoftirqd/0', { pid: SOFTIRQ_PID, state: 'asleep' });
}

/** Forgets the task of a command, whose task_struct is for the next one. */
export function retireTask(session: Session, task: Task): void {
  removeTask(session, task);
  taskState(session.kernel).spare = task.address;
}

/** Forgets a task and its stack. */
export function removeTask(session: Session, task: Task): void {
  const { list } = taskState(session.kernel);
  list.splice(list.indexOf(task), 1);
  session.memory.unmap(task.stack);
  unlinkTask(session, task.address);
}

/** A kernel stack whose guard page was hit. */
export interface Overrun {
  readonly begin: Address;
  readonly end: Address;
}

/** `get_stack_guard_info`: the stack of the running task when an address lies in the page below it. */
export function findOverrun({ current }: Session, address: Address): Overrun | undefined {
  const { stack } = current;
  if (address >= stack || address < stack - PAGE_SIZE) return undefined;
  return { begin: stack, end: stack + KERNEL_STACK_SIZE };
}

/** The stack pointer that a task starts with. */
export function stackTop(task: Task): bigint {
  return BigInt.asUintN(64, BigInt(task.stack + KERNEL_STACK_SIZE - 0x400));
}

/** `current->comm`, `set_task_comm`. */
function setComm(session: Session, task: Task, comm: string): void {
  task.comm = comm.slice(0, 15);
  writeString(session, session.at(task.address, 'task_struct', 'comm'), task.comm, 16);
}

function fillTaskStruct(session: Session, task: Task): void {
  const { memory } = session;
  const at = (field: string): Address => session.at(task.address, 'task_struct', field);
  const init = initTask(session) ?? task.address;
  const isThread = task.start !== undefined;
  const parent = isThread ? ancestors(session).kthreadd : ancestors(session).shell;
  memory.writeU32(at('usage'), TASK_REFERENCES);
  memory.writeU32(at('pid'), task.pid);
  memory.writeU32(at('tgid'), task.pid);
  if (isThread) memory.writeU32(at('flags'), PF_KTHREAD);
  else for (const field of ['mm', 'active_mm']) memory.writePointer(at(field), addressSpace(session));
  for (const field of ['prio', 'static_prio', 'normal_prio']) memory.writeU32(at(field), 120);
  memory.writePointer(at('stack'), task.stack);
  for (const field of ['parent', 'real_parent']) memory.writePointer(at(field), parent);
  memory.writePointer(at('group_leader'), task.address);
  for (const field of ['children', 'sibling', 'thread_group']) initListHead(session.memory, at(field));
  inherit(session, task.address, init);
  fillPid(session, task.address, task.pid);
  setComm(session, task, task.comm);
  listAddTail(session.memory, at('tasks'), session.at(init, 'task_struct', 'tasks'));
}

/** The `mm_struct` of commands: its end of user memory is the only thing that is true of it. */
function addressSpace(session: Session): Address {
  const state = taskState(session.kernel);
  if (state.mm === undefined) {
    state.mm = kzalloc(session.kernel, session.fields.size('mm_struct') || 1096);
    session.memory.writeU64(session.at(state.mm, 'mm_struct', 'task_size'), TASK_SIZE);
    for (const field of ['mm_users', 'mm_count']) session.memory.writeU32(session.at(state.mm, 'mm_struct', field), 1);
  }
  return state.mm;
}

/** The `task_struct` of the task that has a pid; 0 for none. */
export function addressOfTask(session: Session, pid: number): Address {
  const own = taskState(session.kernel).list.find((task) => task.pid === pid && task.state !== 'dead');
  const { init, shell, kthreadd } = ancestors(session);
  return own?.address ?? { 1: init, 2: kthreadd, [ANCESTORS[2].pid]: shell }[pid] ?? 0;
}

/** The tasks that were there before the first command; made when the first task is. */
function ancestors(session: Session): NonNullable<TaskState['ancestors']> {
  const state = taskState(session.kernel);
  if (state.ancestors) return state.ancestors;
  const swapper = initTask(session) ?? 0;
  const [init = 0, kthreadd = 0] = ANCESTORS.slice(0, 2).map((each) => makeAncestor(session, each, swapper));
  const shell = makeAncestor(session, ANCESTORS[2], init);
  state.ancestors = { init, shell, kthreadd };
  return state.ancestors;
}

/** A task that never runs: what a walk through the list of tasks, or up to the parents, finds. */
function makeAncestor(session: Session, { comm, pid }: (typeof ANCESTORS)[number], parent: Address): Address {
  const { memory, kernel } = session;
  const swapper = initTask(session);
  const address = kzalloc(kernel, structSize(session));
  if (swapper === undefined) return address;
  const at = (field: string): Address => session.at(address, 'task_struct', field);
  memory.writeU32(at('usage'), TASK_REFERENCES);
  for (const field of ['pid', 'tgid']) memory.writeU32(at(field), pid);
  memory.writeU32(at('__state'), 1);
  if (pid === 2) memory.writeU32(at('flags'), PF_KTHREAD);
  else for (const field of ['mm', 'active_mm']) memory.writePointer(at(field), addressSpace(session));
  for (const field of ['parent', 'real_parent']) memory.writePointer(at(field), parent);
  memory.writePointer(at('group_leader'), address);
  for (const field of ['children', 'sibling', 'thread_group']) initListHead(session.memory, at(field));
  inherit(session, address, swapper);
  fillPid(session, address, pid);
  writeString(session, at('comm'), comm, 16);
  listAddTail(session.memory, at('tasks'), session.at(swapper, 'task_struct', 'tasks'));
  return address;
}
