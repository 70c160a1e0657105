import { type Address, formatAddress } from '../memory/address.ts';
import { GuestFault } from '../memory/guest-fault.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { findSec, type LoadInfo } from './load-info.ts';
import { type Warning, warn } from './log/dump-stack.ts';

const JMP = 0xe9;
const BRANCH_SIZE = 5;
/** `sizeof(struct orc_entry)`, and of a row that says where its code stands. */
const ORC_SIZES = { '.orc_unwind': 6, '.orc_unwind_ip': 4 } as const;

/** `apply_retpolines`, arch/x86/kernel/alternative.c: a site that is no call and no jump. */
export function warnAboutRetpoline(kernel: Kernel): void {
  warnOnce(kernel, { place: 'arch/x86/kernel/alternative.c:739', where: 'apply_retpolines+0x376/0x610' });
}

/** `apply_returns`, the same file: a site that does not jump to the return thunk. */
export function warnAboutReturn(kernel: Kernel, place: Address): void {
  const code = codeAt(kernel, place);
  if (code === undefined) return;
  const target = code.getUint8(0) === JMP ? place + BRANCH_SIZE + code.getInt32(1, true) : 0;
  const bytes = Array.from({ length: BRANCH_SIZE }, (_, i) => code.getUint8(i).toString(16).padStart(2, '0')).join(' ');
  warnOnce(kernel, {
    place: 'arch/x86/kernel/alternative.c:823',
    where: 'apply_returns',
    message: `missing return thunk: ${shown(place)}-${shown(target)}: ${bytes}`,
    inner: ['finalize', 'returnSites'],
  });
}

/** `unwind_module_init`, arch/x86/kernel/unwind_orc.c: tables of the unwinder that do not fit. */
export function warnAboutUnwinder(kernel: Kernel, info: LoadInfo): void {
  if (!isConfigured(kernel, 'UNWINDER_ORC')) return;
  const counts = Object.entries(ORC_SIZES).map(([name, size]) => {
    const index = findSec(info, name);
    return index === 0 ? undefined : info.view.sections.size[index]! / size;
  });
  const [rows, places] = counts;
  if (rows === undefined || places === undefined || (Number.isInteger(rows) && rows === places)) return;
  warnOnce(kernel, { place: 'arch/x86/kernel/unwind_orc.c:250', where: 'unwind_module_init+0x4b/0xc0' });
}

/** Undefined where nothing stands. */
function codeAt({ memory }: Kernel, place: Address): DataView | undefined {
  try {
    const { buffer, byteOffset } = memory.view(place, BRANCH_SIZE, 'read');
    return new DataView(buffer, byteOffset, BRANCH_SIZE);
  } catch (error) {
    if (error instanceof GuestFault) return undefined;
    throw error;
  }
}

/** `%pS` of what no symbol covers: the module has none yet. */
function shown(address: Address): string {
  return `0x${address === 0 ? '0' : formatAddress(address)}`;
}

function warnOnce(kernel: Kernel, warning: Warning): void {
  if (kernel.saidOnce.has(warning.place)) return;
  kernel.saidOnce.add(warning.place);
  warn(kernel, warning);
}
