import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ElfEdit } from '../support/elf-edit.ts';
import { type Machine, SAMPLES } from './machine.ts';

const RELEASE = '6.1.0-56-amd64';
const HELLO = readFileSync(join(SAMPLES, 'hello/hello.ko'));
const SYMBOL_SIZE = 24;
const SHN_ABS = 0xfff1;
/** Where `struct module` holds the name. */
const NAME_OFFSET = 24;

/** A module in the tree that unpacks to far more, and a command that reads it. */
export function bombInTree(machine: Machine, command: string, bomb: Uint8Array, name: string) {
  const { bytes } = inTree(machine, HELLO, []);
  const path = join(machine.root, 'lib/modules', RELEASE, name);
  writeFileSync(path, bomb);
  return { words: command === 'depmod' ? ['depmod', '-a'] : [command, path], bytes: bytes + bomb.length };
}

/** Modules of which each wants the next one loaded first. */
export function realModules(machine: Machine, size: number) {
  const tree = join(machine.root, 'lib/modules', RELEASE);
  mkdirSync(join(machine.root, 'etc/modprobe.d'), { recursive: true });
  mkdirSync(tree, { recursive: true });
  const names = Array.from({ length: size }, (_, n) => `m${String(n).padStart(4, '0')}`);
  for (const name of names) {
    const elf = new ElfEdit(HELLO);
    elf.content('.gnu.linkonce.this_module').write(name, NAME_OFFSET, 'latin1');
    const modinfo = elf.content('.modinfo');
    modinfo.write(name, modinfo.indexOf('name=hello') + 'name='.length, 'latin1');
    writeFileSync(join(tree, `${name}.ko`), elf.bytes);
  }
  const lines = names.slice(1).map((name, n) => `softdep ${names[n]} pre: ${name}\n`);
  writeFileSync(join(machine.root, 'etc/modprobe.d/x.conf'), lines.join(''));
  machine.run(['depmod', '-a']);
  return { words: ['modprobe', names[0]!], bytes: HELLO.length * size };
}

/** Undefined symbols whose names begin one byte after the other in one string that ends behind the last. */
export function overlappingNames(count: number): Uint8Array {
  const elf = new ElfEdit(HELLO);
  const [symbols, names] = [elf.content('.symtab'), elf.content('.strtab')];
  elf.setContent('.strtab', Buffer.concat([names, Buffer.alloc(count * SYMBOL_SIZE, 'a'), Buffer.alloc(1)]));
  const more = Buffer.alloc(count * SYMBOL_SIZE);
  for (let n = 0; n < count; n++) more.writeUInt32LE(names.length + n, n * SYMBOL_SIZE);
  elf.setContent('.symtab', Buffer.concat([symbols, more]));
  return elf.bytes;
}

/** A command on a module file. */
export function moduleFile(machine: Machine, command: readonly string[], bytes: Uint8Array, name = 'hello.ko') {
  const path = join(machine.root, name);
  writeFileSync(path, bytes);
  return { words: [...command, path], bytes: bytes.length };
}

/** A module in the tree, and a command. */
export function inTree(machine: Machine, module: Uint8Array, words: string[]) {
  const tree = join(machine.root, 'lib/modules', RELEASE);
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, 'hello.ko'), module);
  return { words, bytes: module.length };
}

/** A configuration of many lines, and a command that reads it. */
export function configured(machine: Machine, line: (n: number) => string, count: number) {
  inTree(machine, HELLO, []);
  machine.run(['depmod', '-a']);
  const path = join(machine.root, 'etc/modprobe.d/x.conf');
  mkdirSync(join(machine.root, 'etc/modprobe.d'), { recursive: true });
  writeFileSync(path, Array.from({ length: count }, (_, n) => line(n)).join(''));
  return { words: ['--style', 'kmod', 'modprobe', '-n', 'hello'], bytes: statSync(path).size };
}

/** A module with so many symbols more. */
export function manySymbols(count: number): Uint8Array {
  const elf = new ElfEdit(HELLO);
  const old = elf.content('.symtab');
  const more = Buffer.alloc(count * SYMBOL_SIZE);
  for (let at = 0; at < more.length; at += SYMBOL_SIZE) more.writeUInt16LE(SHN_ABS, at + 6);
  elf.setContent('.symtab', Buffer.concat([old, more]));
  return elf.bytes;
}

/** A module with so many aliases. */
export function manyAliases(count: number): Uint8Array {
  const elf = new ElfEdit(HELLO);
  const aliases = Array.from({ length: count }, (_, n) => `alias=alias:${n}:*\0`).join('');
  elf.setContent('.modinfo', Buffer.concat([elf.content('.modinfo'), Buffer.from(aliases)]));
  return elf.bytes;
}

/** The section headers again behind the file, and empty ones after them. */
export function manySections(count: number): Uint8Array {
  const elf = Buffer.from(HELLO);
  const [offset, number] = [Number(elf.readBigUInt64LE(40)), elf.readUInt16LE(60)];
  const headers = elf.subarray(offset, offset + number * 64);
  const whole = Buffer.concat([elf, headers, Buffer.alloc((count - number) * 64)]);
  whole.writeBigUInt64LE(BigInt(elf.length), 40);
  whole.writeUInt16LE(count, 60);
  return whole;
}

/** Blocks of 128 KiB of one byte each, 4 bytes a block. */
export function zstdBomb(blocks: number): Uint8Array {
  const head = Buffer.from('28b52ffd0038', 'hex');
  const body = Buffer.alloc(blocks * 4);
  for (let n = 0; n < blocks; n++) body.writeUIntLE(((1 << 17) << 3) | 2 | (n === blocks - 1 ? 1 : 0), n * 4, 3);
  return Buffer.concat([head, body]);
}
