import type { Kernel } from '../../../kernel/kernel.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';

/** Something that happens at a moment of virtual time: a timer, an hrtimer, a tasklet, delayed work. */
export interface PendingEvent {
  readonly kind: string;
  /** The object in guest memory: `struct timer_list`, … */
  readonly address: Address;
  /** Nanoseconds since boot. */
  readonly due: number;
}

const eventState = subsystem('events', () => ({ pending: [] as PendingEvent[] }));

/** What the timer wheel holds: of those that are due at one moment the last one added is the first to fire. */
const WHEEL = new Set(['timer', 'delayed-work']);

/** Adds an event behind those that are due at the same moment; among those of the timer wheel before them. */
export function addEvent(kernel: Kernel, event: PendingEvent): void {
  const { pending } = eventState(kernel);
  const isFirst = (other: PendingEvent): boolean =>
    WHEEL.has(event.kind) && WHEEL.has(other.kind) && other.due === event.due;
  const at = pending.findIndex((other) => other.due > event.due || isFirst(other));
  pending.splice(at < 0 ? pending.length : at, 0, event);
}

/** Takes an object's event back. True when there was one. */
export function removeEvent(kernel: Kernel, kind: string, address: Address): boolean {
  const { pending } = eventState(kernel);
  const at = pending.findIndex((event) => event.kind === kind && event.address === address);
  if (at >= 0) pending.splice(at, 1);
  return at >= 0;
}

/** The event of an object, if it is pending. */
export function findEvent(kernel: Kernel, kind: string, address: Address): PendingEvent | undefined {
  return eventState(kernel).pending.find((event) => event.kind === kind && event.address === address);
}

/** Takes the first event that is due. */
export function takeDueEvent(kernel: Kernel, now: number): PendingEvent | undefined {
  const { pending } = eventState(kernel);
  return pending[0] && pending[0].due <= now ? pending.shift() : undefined;
}

/** When the next event is due, if there is one. */
export function nextDue(kernel: Kernel): number | undefined {
  return eventState(kernel).pending[0]?.due;
}
