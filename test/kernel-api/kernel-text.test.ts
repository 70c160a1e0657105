import { expect, test } from 'vitest';
import { x8664Processor } from '../../src/applets/machine/guest-runner.ts';
import { kernelCode } from '../../src/applets/machine/kernel-code.ts';
import { createKernel } from '../../src/kernel/create-kernel.ts';
import { KERNEL_TEXT } from '../../src/kernel/memory/kernel-text.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { KERNEL_FUNCTIONS } from '../../src/kernel-api/functions/all.ts';
import { withObject } from '../../src/kernel-api/guest-text.ts';
import { createRunner } from '../../src/kernel-api/runner.ts';
import type { KernelProfile, KernelText } from '../../src/profile/kernel-profile.ts';
import { profile } from './guest-machine.ts';

const TEXT = -0x7f000000;
const RODATA = -0x7e000000;
const MEGABYTE = 1 << 20;

const addressOf = (name: string): number => profile.exports.find(name)!.address;

/** A profile with code: these bytes at the functions of these names, and read-only data that begins with 1, 2, 3. */
function withCode(functions: Readonly<Record<string, string>>): KernelProfile {
  const code = new Uint8Array(14 * MEGABYTE);
  for (const [name, hex] of Object.entries(functions))
    code.set(Buffer.from(hex.replaceAll(' ', ''), 'hex'), addressOf(name) - TEXT);
  const places = [
    { address: TEXT, size: code.length, bytes: code },
    { address: RODATA, size: 4, bytes: Uint8Array.of(1, 2, 3, 0) },
  ];
  const text: KernelText = {
    runs: places,
    read: (address, size) => {
      const place = places.find((each) => address >= each.address && address < each.address + each.size);
      return place?.bytes.subarray(address - place.address, address - place.address + size);
    },
  };
  return new Proxy(profile, {
    get: (target, key) => {
      const value = Reflect.get(target, key);
      return key === 'text' ? text : typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A machine with such a kernel and without models of those functions, and what they answer. */
function machine(functions: Readonly<Record<string, string>>, strict = false) {
  const models = KERNEL_FUNCTIONS.map((table) => () => table().filter(({ name }) => !Object.hasOwn(functions, name)));
  const runner = createRunner({ ...x8664Processor, kernelCode, functions: models, strict });
  const kernel = createKernel(withCode(functions), runner, () => 0);
  return {
    kernel,
    runner,
    call: (name: string, ...args: (number | bigint)[]) =>
      runner.run(kernel, (session) => session.callInt(addressOf(name), ...args)),
    counts: () => [Object.fromEntries(runner.textCalls), Object.fromEntries(runner.stubs)],
  };
}

/** `jmp rel32` from the start of one function to another. */
function jump(from: string, to: string): string {
  const bytes = Buffer.alloc(5, 0xe9);
  bytes.writeInt32LE(addressOf(to) - addressOf(from) - 5, 1);
  return bytes.toString('hex');
}

/** `mov rax, rdi; imul rax, rdi; ret`. */
const SQUARE = '4889f8 480fafc7 c3';
/** `mov rax, [rdi]; mov eax, [rax]; ret`. */
const DEREFERENCE = '488b07 8b00 c3';

test('a pure function without a model runs from the code of the kernel, and no answer is made up', () => {
  const { call, counts } = machine({ int_pow: SQUARE }, true);
  expect([call('int_pow', 7), call('int_pow', 9)]).toEqual([49, 81]);
  expect(counts()).toEqual([{ int_pow: 2 }, {}]);
});

test('what it calls is a model where there is one', () => {
  const { kernel, runner, counts } = machine({ uuid_is_valid: jump('uuid_is_valid', 'strlen') });
  runner.run(kernel, (session) =>
    withObject(session, 16, (object) => {
      session.memory.writeU32(object, 0x616161);
      expect(session.callInt(addressOf('uuid_is_valid'), object)).toBe(3);
    }),
  );
  expect(counts()).toEqual([{ uuid_is_valid: 1 }, {}]);
});

test.each([
  ['touches the processor', '0f32 c3'],
  ['writes data of the kernel', 'c7042500100083 01000000 c3'],
  ['reads data that is not kept', '8b042500100083 c3'],
  ['jumps out of the code', 'e9ffffff7f'],
])('a function that %s is stubbed', (_what, code) => {
  const { call, counts } = machine({ int_pow: code });
  expect(call('int_pow', 7)).toBe(0);
  expect(counts()).toEqual([{}, { int_pow: 1 }]);
});

test('a function that is handed a structure of which a model keeps a part is stubbed', () => {
  const { call, counts } = machine({ device_get_match_data: SQUARE });
  call('device_get_match_data', 7);
  expect(counts()).toEqual([{}, { device_get_match_data: 1 }]);
});

test('constant data of the kernel is there', () => {
  const { call, counts } = machine({ int_pow: '0fb6042502000082 c3' });
  expect(call('int_pow', 0)).toBe(3);
  expect(counts()).toEqual([{ int_pow: 1 }, {}]);
});

test('a function that finds a bad pointer in memory is stubbed after all, and its caller goes on', () => {
  const { kernel, runner, counts } = machine({ glob_match: `31db ${DEREFERENCE}` });
  const result = runner.run(kernel, (session) =>
    withObject(session, 16, (object) => {
      session.cpu.writeRegister('rbx', 77n);
      return [session.callInt(addressOf('glob_match'), object, object), session.cpu.readRegister('rbx')];
    }),
  );
  expect(result).toEqual([0, 77n]);
  expect(counts()).toEqual([{}, { glob_match: 1 }]);
});

test('a bad pointer that it was given is its caller’s oops', () => {
  const { kernel, call } = machine({ glob_match: DEREFERENCE });
  expect(() => call('glob_match', 0x10, 0x10)).toThrow(TaskKilled);
  const lines = kernel.log.map(({ text }) => text);
  expect(lines[0]).toBe('BUG: kernel NULL pointer dereference, address: 0000000000000010');
  expect(lines.find((line) => line.startsWith('RIP:'))).toMatch(/^RIP: 0010:glob_match\+0x0\//);
});

test('of the code of the kernel only what runs is in memory', () => {
  const { kernel, call } = machine({ int_pow: SQUARE });
  const mapped = () => kernel.memory.mappings.filter(({ name }) => name === KERNEL_TEXT).map(({ size }) => size);
  expect(mapped()).toEqual([]);
  call('int_pow', 7);
  expect(mapped()).toEqual([0x10000]);
});
