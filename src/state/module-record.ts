import type { Kernel } from '../kernel/kernel.ts';
import type { Module } from '../kernel/module.ts';
import { moduleKallsyms } from '../kernel/symbols/kallsyms-text.ts';
import { decode, encode, parseEncoded } from './codec.ts';
import type { BlobRef, ImageStore } from './image-store.ts';

/** The large parts of a module, which most commands do not look at; `kallsyms` is its text in /proc/kallsyms. */
const LARGE = ['exports', 'sections', 'notes'] as const;
type Part = (typeof LARGE)[number] | 'kallsyms';

/** A module as the state file holds it. */
export interface ModuleRecord {
  readonly fields: unknown;
  readonly parts: Readonly<Record<Part, BlobRef>>;
}

/** A module that came from the state: where its parts stand. Parts do not change once a module has been kept. */
const origins = new WeakMap<Module, ModuleRecord['parts']>();

/** The record of a module. Adds its parts to `images` when it is new. */
export function saveModule(kernel: Kernel, module: Module, images: ImageStore): ModuleRecord {
  const parts = origins.get(module) ?? saveParts(kernel, module, images);
  origins.set(module, parts);
  const large: readonly string[] = LARGE;
  const fields = Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(module)).flatMap(smallField));
  return { fields: encode(fields), parts };

  function smallField([key, { value }]: [string, PropertyDescriptor]): [string, unknown][] {
    return large.includes(key) ? [] : [[key, value]];
  }
}

/** The module of a record. */
export function loadModule({ fields, parts }: ModuleRecord, images: ImageStore): Module {
  const module = decode(fields) as Module;
  for (const part of LARGE) defineLazily(module, part, () => parsePart(images, parts[part]));
  origins.set(module, parts);
  return module;
}

/** A module's lines of /proc/kallsyms, as they were when it was kept. */
export function keptKallsyms(module: Module, images: ImageStore): Uint8Array {
  const parts = origins.get(module);
  return parts ? images.read(parts.kallsyms) : new Uint8Array(0);
}

function saveParts(kernel: Kernel, module: Module, images: ImageStore): ModuleRecord['parts'] {
  const part = (value: unknown): BlobRef => images.add(Buffer.from(JSON.stringify(encode(value)), 'utf8'));
  return {
    exports: part(module.exports),
    sections: part(module.sections),
    notes: part(module.notes),
    kallsyms: images.add(moduleKallsyms(kernel, module)),
  };
}

function parsePart(images: ImageStore, ref: BlobRef): unknown {
  return parseEncoded(Buffer.from(images.read(ref).buffer).toString('utf8'));
}

function defineLazily<K extends keyof Module>(module: Module, key: K, load: () => unknown): void {
  Object.defineProperty(module, key, {
    enumerable: true,
    configurable: true,
    get() {
      const value = load();
      Object.defineProperty(module, key, { value, writable: true, enumerable: true, configurable: true });
      return value;
    },
    set(value: Module[K]) {
      Object.defineProperty(module, key, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}
