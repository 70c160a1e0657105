import { BudgetExceeded, type GuestCpu, GuestTrap } from '../../cpu/guest-cpu.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Address } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { GuestFault } from '../../memory/guest-fault.ts';
import type { TextCallState } from '../kernel-text/text-call.ts';
import type { Fields } from './fields.ts';
import { resumeAt, saveRegisters } from './tasks/resume.ts';
import type { Task } from './tasks/task.ts';
import type { UserArea } from './user-area.ts';

/** What a session asks of those that know more: each may mend an event so that the code goes on. */
export interface SessionHooks {
  /** A trap of guest code: true when it was handled and the code goes on (a `WARN`). */
  trap(session: Session, trap: GuestTrap): boolean;
  /** An access to nothing: true when something was mapped there. */
  fault(session: Session, fault: GuestFault): boolean;
  /** A slice of the instruction budget is used up: true when the code may go on. */
  slice(session: Session): boolean;
  /** A timer, tasklet, … is due. */
  fire(session: Session, kind: string, address: Address): void;
  /** A background task raised something: says so in the log. */
  died(session: Session, error: unknown): void;
  /** A background task is about to begin. */
  started(session: Session, task: Task): void;
  /** A background task came to its end. */
  ended(session: Session, task: Task): void;
  /** A task goes to sleep. */
  slept(session: Session, task: Task): void;
  /** A task goes to sleep while it must not: says so. */
  atomic(session: Session): void;
  /** A task waits and nothing can wake it. Raises TaskKilled, or returns when a signal shall end the wait. */
  nobodyComes(session: Session, task: Task): void;
}

/** One run of guest code within one command: the processor and what is not kept afterwards. */
export class Session {
  readonly kernel: Kernel;
  readonly cpu: GuestCpu;
  readonly fields: Fields;
  /** Made-up answers: how often each unmodelled kernel function was called. */
  readonly stubs = new Map<string, number>();
  /** Calls of functions that run from the kernel's own code. */
  readonly textCalls: TextCallState = { counts: new Map(), calls: [] };
  /** No answer is made up: see `madeUp`. */
  strict = false;
  /** Calls of guest code under way, one within the other. */
  depth = 0;
  /** The depth at which the running background task was entered; 0 for the command's own task and in interrupts. */
  base = 0;
  /** Memory of the command's program that is mapped from files, by `vm_area_struct`. */
  readonly areas = new Map<Address, UserArea>();
  /** Closes the files that the command has open, when it dies in the kernel; there from the first that it opens on. */
  exitFiles: (() => void) | undefined;
  /** The `wait_queue_entry`s of the command's poll(2). */
  readonly pollEntries: Address[] = [];
  /** Above this a stack trace does not look: there another task's frames stand. */
  traceTop: Address | undefined;
  /** There are probes, or calls whose return somebody waits for: see probes/probes.ts. */
  probed = false;
  /** The source file of a modelled function of the kernel. */
  sourceOf: (name: string) => string | undefined = () => undefined;
  /** A probe's handler runs: others are missed. */
  inProbe = false;
  /** What the kernel's own functions do that a command goes through, while somebody probes them: see core/acting.ts. */
  readonly acting = new Map<Address, () => bigint>();
  /** Of {@link depth}, those that are such functions. */
  acted = 0;
  /** The running task. */
  current!: Task;
  /** Tasks whose code is being run by a caller further out. */
  readonly onStack = new Set<Task>();
  readonly hooks: SessionHooks;

  constructor(kernel: Kernel, cpu: GuestCpu, fields: Fields, hooks: SessionHooks) {
    this.kernel = kernel;
    this.cpu = cpu;
    this.fields = fields;
    this.hooks = hooks;
  }

  get memory(): AddressSpace {
    return this.kernel.memory;
  }

  /** Address of a structure's field. */
  at(base: Address, structure: string, field: string): Address {
    return base + this.fields.offset(structure, field);
  }

  /** The pointer in a structure's field. */
  pointerAt(base: Address, structure: string, field: string): Address {
    return this.memory.readPointer(this.at(base, structure, field));
  }

  /**
   * Calls guest code by the C calling convention and runs it to its return, through warnings and demand-mapped memory.
   * Raises GuestFault, GuestTrap, BudgetExceeded and what models raise; registers are then as they were at that moment.
   */
  call(address: Address, ...args: (bigint | number)[]): bigint {
    return this.#run(() => this.cpu.call(address, args));
  }

  /** {@link call} of a function that returns `int`. */
  callInt(address: Address, ...args: (bigint | number)[]): number {
    return Number(BigInt.asIntN(32, this.call(address, ...args)));
  }

  /** Goes on from saved registers to the return of the outermost function on that stack. */
  resume(registers: Parameters<typeof resumeAt>[2]): bigint {
    return this.#run(() => resumeAt(this.cpu, this.memory, registers));
  }

  #run(start: () => bigint): bigint {
    this.depth++;
    try {
      let go = start;
      for (;;) {
        try {
          return go();
        } catch (error) {
          if (!this.#mended(error)) throw error;
          const registers = saveRegisters(this.cpu);
          go = () => resumeAt(this.cpu, this.memory, registers);
        }
      }
    } finally {
      this.depth--;
    }
  }

  #mended(error: unknown): boolean {
    if (error instanceof GuestTrap) return this.hooks.trap(this, error);
    if (error instanceof GuestFault) return this.hooks.fault(this, error);
    return error instanceof BudgetExceeded && this.hooks.slice(this);
  }
}
