import { expect, test } from 'vitest';
import { KERNEL_FUNCTIONS } from '../../src/kernel-api/functions/all.ts';
import { profile } from './guest-machine.ts';

const kernelFunctions = KERNEL_FUNCTIONS.flatMap((table) => table());

function isExported(name: string): boolean {
  return profile.exports.find(name) !== undefined;
}

test('every modelled function stands in the tables once', () => {
  const names = kernelFunctions.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every modelled function is one that this kernel exports, or says until which version kernels did', () => {
  expect(kernelFunctions.filter(({ name, until }) => isExported(name) === (until !== undefined))).toEqual([]);
});

test('every prototype has as many parameters as the type information of the kernel says', () => {
  const wrong = kernelFunctions.flatMap(({ name, prototype }) => {
    const known = profile.prototype(name);
    // Functions in assembly have a type without parameters.
    if (!known || known.parameters.length === 0) return [];
    const inner = prototype.slice(prototype.indexOf('(') + 1, -1).replace(/\([^()]*\)/g, '');
    const words = inner === 'void' ? [] : inner.split(',').map((word) => word.trim());
    const fixed = words.filter((word) => word !== '...').length;
    return fixed === known.parameters.length ? [] : [`${prototype}: ${known.parameters.length}`];
  });
  expect(wrong).toEqual([]);
});
