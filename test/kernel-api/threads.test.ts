import { expect, test } from 'vitest';
import { runFor } from '../../src/kernel-api/core/tasks/scheduler.ts';
import { bootMachine, inKernel, insmod, newLines, rmmod } from './guest-machine.ts';

test('threads, work, tasklets, timers and waits run in the order of virtual time', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'threads')).toBe(0);
  expect(newLines(machine)).toEqual([
    'thread start mythread/1 data 42',
    'tick 0',
    'completed',
    'tasklet',
    'work in kworker/0:0 in_interrupt 0',
    'work after sleep',
    'wait_event_timeout r>0 1',
    'timed out 0',
    'locked 1 try 0',
    'busy done',
    'hrtimer 1',
    'delayed work',
    'hrtimer 2',
    'timer 1 in_interrupt 1',
    'tick 1',
    'sched done',
    'timer 2 in_interrupt 1',
    'tick 2',
    'work in kworker/0:0 in_interrupt 0',
    'work after sleep',
    'flushed',
    'procs 1 cur insmod 1 parent sh',
  ]);
});

test('a sleeping thread goes on when time passes, and ends when its module asks it to', () => {
  const machine = bootMachine();
  insmod(machine, 'threads');
  newLines(machine);
  inKernel(machine, (session) => runFor(session, 3e9));
  expect(newLines(machine)).toEqual(['timer 3 in_interrupt 1', 'tick 3', 'tick 4', 'tick 5']);
  expect(rmmod(machine, 'threads')).toBe(0);
  expect(newLines(machine)).toEqual(['thread stop', 'kthread_stop 7', 'bye']);
});

test('the same load gives the same log, addresses and registrations', () => {
  const load = () => {
    const machine = bootMachine();
    insmod(machine, 'threads');
    return { log: newLines(machine), subsystems: machine.kernel.subsystems };
  };
  expect(load()).toEqual(load());
});
