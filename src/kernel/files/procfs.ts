import { type Address, formatAddress } from '../../memory/address.ts';
import { procDevices } from '../devices/char-devices.ts';
import { diskState, procPartitions } from '../devices/disks.ts';
import { procFilesystems } from '../devices/filesystems.ts';
import { procInterrupts } from '../devices/interrupts.ts';
import { procResources } from '../devices/io-resources.ts';
import { procMisc } from '../devices/misc-devices.ts';
import type { Kernel } from '../kernel.ts';
import { moduleFlags } from '../log/dump-stack.ts';
import { memorySize, shownBase } from '../memory/module-memory.ts';
import type { Module, ModuleState } from '../module.ts';
import { moduleRefcount } from '../module-references.ts';
import { isPermanent } from '../unload.ts';
import { modprobePath } from '../user-mode-helper.ts';
import { kallsymsShowValue } from './sysctl.ts';
import { textFile, type VirtualFile } from './virtual-file.ts';

const STATES: Readonly<Record<ModuleState, string>> = {
  UNFORMED: '',
  COMING: 'Loading',
  LIVE: 'Live',
  GOING: 'Unloading',
};

/** The text of /proc/modules: newest first (kernel: `m_show`, kernel/module/procfs.c). */
export function procModules(kernel: Kernel): string {
  const shown = kernel.modules.filter((module) => module.state !== 'UNFORMED');
  const showValue = kallsymsShowValue(kernel);
  const lines = shown.map((module) => moduleLine(module, showValue ? shownBase(module.core) : 0));
  return lines.reverse().join('');
}

/** The small files of /proc that the loader has a part in. */
export function procFiles(kernel: Kernel): VirtualFile[] {
  return [
    textFile('proc/modules', 0o444, procModules(kernel)),
    textFile('proc/devices', 0o444, procDevices(kernel)),
    textFile('proc/filesystems', 0o444, procFilesystems(kernel)),
    textFile('proc/interrupts', 0o444, procInterrupts(kernel)),
    textFile('proc/iomem', 0o444, procResources(kernel, 'memory')),
    textFile('proc/ioports', 0o444, procResources(kernel, 'ports')),
    textFile('proc/misc', 0o444, procMisc(kernel)),
    ...(diskState(kernel).nextSequence > 1 ? [textFile('proc/partitions', 0o444, procPartitions(kernel))] : []),
    textFile('proc/cmdline', 0o444, `${kernel.commandLine}\n`),
    textFile('proc/sys/kernel/osrelease', 0o444, `${kernel.profile.release}\n`),
    textFile('proc/sys/kernel/tainted', 0o644, `${kernel.taint}\n`),
    textFile('proc/sys/kernel/modprobe', 0o644, `${modprobePath(kernel)}\n`),
    textFile('proc/sys/kernel/modules_disabled', 0o644, `${Number(kernel.modulesDisabled)}\n`),
  ];
}

function moduleLine(module: Module, address: Address): string {
  const size = memorySize(module.init) + memorySize(module.core);
  const users = `${module.users.map((user) => `${user},`).join('')}${isPermanent(module) ? '[permanent],' : ''}`;
  const taints = module.taints === 0 ? '' : ` ${moduleFlags(module, true)}`;
  const base = `0x${formatAddress(address)}`;
  return `${module.name} ${size} ${moduleRefcount(module)} ${users || '-'} ${STATES[module.state]} ${base}${taints}\n`;
}
