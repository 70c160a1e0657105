import { type Address, formatAddress, PAGE_SIZE } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { moduleFlagsTaint } from '../log/taint.ts';
import { memorySize } from '../memory/module-memory.ts';
import type { Module, ModuleParameter } from '../module.ts';
import { moduleRefcount } from '../module-references.ts';
import { getParameter, isSetByModule } from '../params/params.ts';
import { kallsymsShowValue } from './sysctl.ts';
import { directory, isFileName, symbolicLink, textFile, type VirtualFile } from './virtual-file.ts';

/** What sysfs lets an attribute have of the permission bits: `create_files`, fs/sysfs/group.c. */
const ATTRIBUTE_MODE = 0o664;

/** `modinfo_attrs[]`, kernel/module/main.c: shown when there is a text. */
const ATTRIBUTES: readonly { name: string; mode: number; show: (module: Module) => string | undefined }[] = [
  { name: 'uevent', mode: 0o200, show: () => '' },
  { name: 'version', mode: 0o444, show: ({ version }) => line(version) },
  { name: 'srcversion', mode: 0o444, show: ({ srcversion }) => line(srcversion) },
  { name: 'initstate', mode: 0o444, show: ({ state }) => line(state.toLowerCase()) },
  { name: 'coresize', mode: 0o444, show: ({ core }) => line(memorySize(core)) },
  { name: 'initsize', mode: 0o444, show: ({ init }) => line(memorySize(init)) },
  { name: 'taint', mode: 0o444, show: ({ taints }) => line(moduleFlagsTaint(taints)) },
  { name: 'refcnt', mode: 0o444, show: (module) => line(moduleRefcount(module)) },
];

/** The directory of a module under sys/module; undefined when no path can have that name. */
export function sysfsDirectory(name: string): string | undefined {
  const shown = name.replaceAll('/', '!');
  return isFileName(shown) ? `sys/module/${shown}` : undefined;
}

/**
 * What sys/module/NAME holds. Source: kernel/module/sysfs.c, `mod_sysfs_setup`; kernel/params.c.
 * Reads parameters from guest memory.
 */
export function sysfsFiles(kernel: Kernel, module: Module): VirtualFile[] {
  const base = sysfsDirectory(module.name);
  if (base === undefined || module.state === 'UNFORMED') return [];
  return [...changingFiles(kernel, module), ...sectionFiles(kernel, base, module), ...noteFiles(base, module)];
}

/** Of {@link sysfsFiles} those that may change while the module stays. */
export function changingFiles(kernel: Kernel, module: Module): VirtualFile[] {
  const base = sysfsDirectory(module.name);
  if (base === undefined || module.state === 'UNFORMED') return [];
  return [
    directory(base),
    directory(`${base}/holders`),
    ...attributeFiles(base, module),
    ...holderLinks(base, module),
    ...driverLinks(base, module),
    ...parameterFiles(kernel, module),
  ];
}

/** Path of a parameter's file; undefined when it has none. */
export function parameterPath(module: Module, parameter: ModuleParameter): string | undefined {
  const base = sysfsDirectory(module.name);
  const shown = base !== undefined && parameter.permissions !== 0 && isFileName(parameter.name);
  return shown ? `${base}/parameters/${parameter.name}` : undefined;
}

/**
 * `show`: what reading a parameter's file gives; an error shows nothing. Undefined: it cannot be told now. What the
 * module's own code says meanwhile is not kept: nobody has read the file yet.
 */
export function parameterText(kernel: Kernel, module: Module, parameter: ModuleParameter): string | undefined {
  const text = isSetByModule(kernel, parameter)
    ? unheard(kernel, () => getParameter(kernel, module, parameter))
    : getParameter(kernel, module, parameter);
  return typeof text === 'number' ? '' : text;
}

/** Does something that leaves no trace in the log. */
function unheard<T>(kernel: Kernel, work: () => T): T {
  const { nextLogSequence } = kernel;
  const before = [...kernel.log];
  const result = work();
  if (kernel.nextLogSequence !== nextLogSequence) kernel.log.splice(0, kernel.log.length, ...before);
  kernel.nextLogSequence = nextLogSequence;
  return result;
}

function attributeFiles(base: string, module: Module): VirtualFile[] {
  return ATTRIBUTES.flatMap(({ name, mode, show }) => {
    const text = show(module);
    return text === undefined ? [] : [textFile(`${base}/${name}`, mode, text)];
  });
}

function holderLinks(base: string, module: Module): VirtualFile[] {
  return module.users.flatMap((user) => {
    const target = sysfsDirectory(user)?.replace('sys/module/', '../../');
    return target === undefined ? [] : [symbolicLink(`${base}/holders/${target.slice('../../'.length)}`, target)];
  });
}

/** `module_add_driver`, drivers/base/module.c: the directory stays when the last driver has gone. */
function driverLinks(base: string, { drivers }: Module): VirtualFile[] {
  if (drivers === undefined) return [];
  const links = drivers.flatMap((driver) => {
    const [bus = '', name = ''] = driver.split(/:(.*)/s).map((part) => part.replaceAll('/', '!'));
    const isShown = isFileName(`${bus}:${name}`);
    return isShown ? [symbolicLink(`${base}/drivers/${bus}:${name}`, `../../../bus/${bus}/drivers/${name}`)] : [];
  });
  return [directory(`${base}/drivers`), ...links];
}

function parameterFiles(kernel: Kernel, module: Module): VirtualFile[] {
  return module.parameters.flatMap((parameter) => {
    const path = parameterPath(module, parameter);
    if (path === undefined) return [];
    const contents = parameterText(kernel, module, parameter);
    return [{ path, kind: 'file', mode: parameter.permissions & ATTRIBUTE_MODE, contents }];
  });
}

function sectionFiles(kernel: Kernel, base: string, { sections }: Module): VirtualFile[] {
  const text = (address: Address) => `0x${formatAddress(kallsymsShowValue(kernel) ? address : 0)}\n`;
  return sections
    .filter(({ name }) => isFileName(name))
    .map(({ name, address }) => textFile(`${base}/sections/${name}`, 0o400, text(address)));
}

function noteFiles(base: string, { notes }: Module): VirtualFile[] {
  return notes
    .filter(({ name }) => isFileName(name))
    .map(({ name, bytes }) => textFile(`${base}/notes/${name}`, 0o444, byteText(bytes)));
}

function byteText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** `scnprintf(buffer, PAGE_SIZE, "%s\n", …)`: a page holds it, the byte behind its end too. */
function line(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}\n`.slice(0, PAGE_SIZE - 1);
}
