import { expect, test } from 'vitest';
import { procModules } from '../../src/kernel/files/procfs.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { KernelError } from '../../src/kernel/kernel-error.ts';
import { deleteModule, O_TRUNC } from '../../src/kernel/unload.ts';
import { load, sample, warmKernel } from './load-support.ts';

function refusal(kernel: Kernel, name: string, flags = 0): string | undefined {
  try {
    deleteModule(kernel, name, flags);
    return undefined;
  } catch (error) {
    if (error instanceof KernelError) return error.errno;
    throw error;
  }
}

function kernelWith(...names: string[]): Kernel {
  const kernel = warmKernel();
  for (const name of names) expect(load(kernel, sample(name)).errno).toBe(0);
  return kernel;
}

test.each(['', 'nosuch', 'x'.repeat(56), '__proto__'])('there is no module %j', (name) => {
  expect(refusal(kernelWith('hello/hello'), name)).toBe('ENOENT');
});

test('a module that others use stays, also by force', () => {
  const kernel = kernelWith('math/math', 'math/calc');
  const [math] = kernel.modules;
  expect(refusal(kernel, math!.name)).toBe('EAGAIN');
  expect(refusal(kernel, math!.name, O_TRUNC)).toBe('EAGAIN');
});

test('unloading gives back everything', () => {
  const kernel = kernelWith('math/math', 'math/calc');
  for (const { name } of [...kernel.modules].reverse()) expect(refusal(kernel, name)).toBeUndefined();
  expect(kernel).toMatchObject({ modules: [] });
  expect(kernel.memory.mappings.map(({ name }) => name)).toEqual([]);
  expect(procModules(kernel)).toBe('');
});

test('a module that holds references goes only by force, which taints', () => {
  const kernel = kernelWith('hello/hello');
  kernel.modules[0]!.references = 1;
  expect(refusal(kernel, 'hello')).toBe('EAGAIN');
  expect(refusal(kernel, 'hello', O_TRUNC)).toBeUndefined();
  expect(kernel.log.map(({ text }) => text)).toContain('Disabling lock debugging due to kernel taint');
  expect(kernel.taint & 8).toBe(8);
});

test('a module without exit is permanent', () => {
  const kernel = kernelWith('hello/hello');
  kernel.modules[0]!.exitFunction = 0;
  expect(procModules(kernel)).toContain('hello 16384 0 [permanent], Live 0x');
  expect(refusal(kernel, 'hello')).toBe('EBUSY');
});

test('a module that is still loading is busy', () => {
  const kernel = kernelWith('hello/hello');
  kernel.modules[0]!.state = 'COMING';
  expect(refusal(kernel, 'hello', O_TRUNC)).toBe('EBUSY');
});

test('five hundred rounds leave nothing behind', () => {
  const kernel = warmKernel();
  for (let round = 0; round < 500; round++) {
    load(kernel, sample('parameters/parameters'), 'a_charp=abc');
    deleteModule(kernel, 'parameters', 0);
  }
  expect(kernel.memory.mappings).toHaveLength(1);
  expect(kernel.heap.sizes.size).toBe(0);
  expect(kernel.parameterStrings.size).toBe(0);
});
