import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkModule } from '../../src/check/check-module.ts';
import { PLAIN, verdictText } from '../../src/check/report/text.ts';
import { EMPTY_WORLD, type World } from '../../src/check/world.ts';
import { certificateDer, openSigner } from '../../src/host/module-signer.ts';
import type { Kernel, ModuleRunner } from '../../src/kernel/kernel.ts';
import { KERN, printk } from '../../src/kernel/log/printk.ts';
import type { KernelExports, KernelProfile, StructMember } from '../../src/profile/kernel-profile.ts';
import { appendSignature, moduleSignature } from '../../src/signature/sign-module.ts';
import { applyRecipe, type RecipeStep } from '../support/recipe.ts';
import { changedProfile, machine, profile, sample } from './machine.ts';

const hello = (...steps: RecipeStep[]) => applyRecipe(sample('hello/hello.ko'), steps);
const calc = (...steps: RecipeStep[]) => applyRecipe(sample('math/calc.ko'), steps);
const math = (...steps: RecipeStep[]) => applyRecipe(sample('math/math.ko'), steps);

/** Which module on which kernel. */
interface Case {
  readonly image: Uint8Array;
  readonly kernel?: Kernel;
  readonly before?: readonly Uint8Array[];
  readonly args?: string;
  readonly world?: Partial<World>;
}

function answer({ image, kernel = machine(), before = [], args = '', world = {} }: Case): string {
  for (const [at, other] of before.entries()) checkModule(kernel, { file: `before-${at}`, image: other });
  return verdictText(checkModule(kernel, { file: 'x.ko', image, args }, { ...EMPTY_WORLD, ...world }), PLAIN);
}

/** The package's kernel without the symbols, and with these CRCs. */
function exportsWith(changes: Readonly<Record<string, number | undefined>>): KernelExports {
  const find: KernelExports['find'] = (name) => {
    const found = profile.exports.find(name);
    if (!Object.hasOwn(changes, name)) return found;
    const crc = changes[name];
    return crc === undefined || !found ? undefined : { ...found, crc };
  };
  return Object.assign(Object.create(profile.exports) as KernelExports, { find });
}

/** struct module of a kernel that has one member less and one of another type. */
function otherMembers(name: string): readonly StructMember[] | undefined {
  const members = profile.members(name);
  if (name !== 'module' || !members) return members;
  return members
    .filter((member) => member.name !== 'noinstr_text_start')
    .map((member) => (member.name === 'srcversion' ? { ...member, type: 'char *' } : member));
}

const WANTED_LAYOUT = (profile.exports.find('module_layout')!.crc ^ 0x10) >>> 0;
const otherBuild = changedProfile({
  release: '6.1.0-56-debug',
  exports: exportsWith({ module_layout: WANTED_LAYOUT }),
  members: otherMembers,
});
const newKernel = (changes: Partial<KernelProfile> = {}) => machine('', { versionNumbers: [6, 12, 1], ...changes });
const withoutOption = (...options: readonly string[]) => ({
  config: (name: string) => (options.includes(name) ? undefined : profile.config(name)),
});
const strict = withoutOption('MODULE_FORCE_LOAD', 'MODULE_ALLOW_BTF_MISMATCH');

const recorded = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../signature/recorded/${name}`, import.meta.url)));
const certificate = certificateDer(recorded('test-cert.pem'));
const signer = openSigner('sha256', recorded('test-key.pem'), recorded('test-cert.pem'));
const signed = appendSignature(hello(), moduleSignature(hello(), signer));
const enforcing = (keys: readonly Uint8Array[] = []) => machine('module.sig_enforce=1', {}, keys);
const changed = (image: Uint8Array, at: number) => image.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** A kernel in which the init of every module says a line and gives this result. */
function runningInto(result: number): Kernel {
  const kernel = machine();
  const callInit: ModuleRunner['callInit'] = (caller) => {
    printk(caller, KERN.ERR, 'hello: no such board');
    return result;
  };
  return { ...kernel, runner: { ...kernel.runner, callInit, stubs: new Map([['board_find', 1]]) } };
}

const CASES: Readonly<Record<string, Case>> = {
  'no version magic': { image: hello(['modinfo-drop', 'vermagic']), kernel: machine('', strict) },
  'the same release with another configuration': {
    image: hello(['modinfo', 'vermagic', '6.1.0-56-amd64 SMP mod_unload modversions ']),
  },
  'another release that was imported': {
    image: hello(['modinfo', 'vermagic', '6.1.0-56-rt-amd64 SMP preempt_rt mod_unload modversions ']),
    world: {
      kernels: [
        changedProfile({
          release: '6.1.0-56-rt-amd64',
          vermagic: '6.1.0-56-rt-amd64 SMP preempt_rt mod_unload modversions ',
        }),
        changedProfile({ release: '6.1.0-57-amd64' }),
      ],
    },
  },
  'module_layout of another build': { image: hello(['version-xor', 'module_layout', '0x10']) },
  'module_layout of another release': {
    image: hello(
      ['modinfo', 'vermagic', '6.1.0-55-amd64 SMP preempt mod_unload modversions '],
      ['version-xor', 'module_layout', '0x10'],
    ),
  },
  'module_layout of a build that was imported': {
    image: hello(['version-xor', 'module_layout', '0x10']),
    world: { kernels: [otherBuild] },
  },
  'all versions of another build': { image: hello(['version-xor-others', '', '0x10']) },
  'no version of module_layout': { image: hello(['version-drop', 'module_layout']) },
  'no version of one symbol': { image: hello(['version-drop', '_printk']) },
  'a provider that was rebuilt': { image: calc(['version-xor', 'math_add', '0x10']), before: [math()] },
  'a provider whose versions were not known': { image: calc(['version-drop', 'math_add']), before: [math()] },
  'a symbol that another kernel has': {
    image: hello(),
    kernel: machine('', { exports: exportsWith({ _printk: undefined }) }),
    world: { kernels: [changedProfile({ release: '6.1.0-57-amd64' })] },
  },
  'struct module of another kernel': {
    image: hello(
      ['modinfo', 'vermagic', '6.11.0-1 SMP preempt mod_unload modversions '],
      ['section', '.gnu.linkonce.this_module', 'size', 1000],
    ),
    kernel: newKernel(),
  },
  'struct module of the same release': {
    image: hello(['section', '.gnu.linkonce.this_module', 'size', 832]),
    kernel: newKernel(),
  },
  'struct module of a kernel that was imported': {
    image: hello(
      ['modinfo', 'vermagic', '6.1.0-56-debug SMP preempt mod_unload modversions '],
      ['section', '.gnu.linkonce.this_module', 'size', 832],
    ),
    kernel: newKernel(),
    world: {
      kernels: [
        changedProfile({
          release: '6.1.0-56-debug',
          vermagic: '6.1.0-56-debug SMP preempt mod_unload modversions ',
          members: otherMembers,
          layout: (name) => (name === 'module' ? { ...profile.layout(name)!, size: 832 } : profile.layout(name)),
        }),
      ],
    },
  },
  'no signature where they are enforced': { image: hello(), kernel: enforcing() },
  'no signature under lockdown': { image: hello(), kernel: machine('lockdown=integrity') },
  'a signature of an unknown key': { image: signed, kernel: enforcing() },
  'a signature of an unknown key under lockdown': { image: signed, kernel: machine('lockdown=confidentiality') },
  'a signature by an unknown key identifier': {
    image: appendSignature(hello(), moduleSignature(hello(), signer, 'keyIdentifier')),
    kernel: enforcing(),
  },
  'a module altered after signing': { image: changed(signed, 2000), kernel: enforcing([certificate]) },
  'a damaged trailer': { image: changed(signed, signed.length - 29), kernel: enforcing([certificate]) },
  'a trailer of another kind': { image: changed(signed, signed.length - 38), kernel: enforcing([certificate]) },
  'a damaged PKCS#7 message': { image: changed(signed, hello().length), kernel: enforcing([certificate]) },
  'another content than data': { image: changed(signed, hello().length + 53), kernel: enforcing([certificate]) },
  'an xz file handed to the kernel': {
    image: Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, ...new Array(90).fill(0)),
  },
  'a gzip file handed to the kernel': { image: Uint8Array.of(0x1f, 0x8b, ...new Array(90).fill(0)) },
  'an empty file': { image: new Uint8Array() },
  'a module without symbols': { image: hello(['section', '.symtab', 'type', 1]) },
  'section headers beyond the file': { image: hello(['header', 'shnum', 60000]) },
  'section names nowhere': { image: hello(['header', 'shstrndx', 0]) },
  'code that may be written': { image: hello(['section', '.init.text', 'flags', 7]) },
  'a relocation of an unknown type': { image: hello(['relocation', '.rela.init.text', 1, { type: 9 }]) },
  'a version that another kernel has': {
    image: hello(['version-xor', '_printk', '0x10']),
    world: {
      kernels: [
        changedProfile({
          release: '6.1.0-57-amd64',
          exports: exportsWith({ _printk: (profile.exports.find('_printk')!.crc ^ 0x10) >>> 0 }),
        }),
      ],
    },
  },
  'a relocation that overflows': {
    image: hello(
      ['relocation', '.rela.init.text', 1, { type: 10 }],
      ['add-section', '.comment', { type: 1 }, Buffer.from('\0GCC: (GNU) 9.1.0\0').toString('hex')],
    ),
  },
  'a file that was relocated already': {
    image: hello(['poke-relocated', '.init.text', '.rela.init.text', 1, '01020304']),
  },
  'type information of another kernel': {
    image: hello(['add-section', '.BTF', { type: 1 }, '00000000']),
    kernel: machine('', strict),
  },
  'a name that is built in': {
    image: hello(['poke', '.gnu.linkonce.this_module', 24, '7072696e746b00'], ['modinfo', 'name', 'printk']),
  },
  'exports without versions': { image: math(['rename', '__kcrctab', '__xcrctab']), kernel: machine('', strict) },
  'an init that gives an error': { image: hello(), kernel: runningInto(-19) },
  'a misspelt parameter of many': { image: sample('parameters/parameters.ko'), args: 'an_itn=3' },
  'a parameter where there are none': { image: hello(), args: 'debug=1' },
  'a value that does not fit': { image: sample('parameters/parameters.ko'), args: 'an_int=many a_bool=y' },
};

describe('the explanation of', () => {
  it.each(Object.keys(CASES))('%s', (name) => {
    expect(answer(CASES[name]!)).toMatchSnapshot();
  });
});
