import type { Kernel } from '../../kernel/kernel.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { FormatContext, PointerMode } from '../vsprintf/format-context.ts';
import type { Session } from './session.ts';
import { sprintSymbol } from './symbolize.ts';
import { warn } from './warn.ts';

/** `/proc/sys/kernel/kptr_restrict`. */
const sysctls = subsystem('sysctl', () => ({ kptrRestrict: 0 }));

/** Whether the random key of `%p` is there: with entropy at boot it is (`random.trust_cpu=on`). */
function pointerMode(kernel: Kernel): PointerMode {
  const words = kernel.commandLine.split(/\s+/);
  if (words.includes('no_hash_pointers')) return 'plain';
  return words.includes('random.trust_cpu=on') ? 'hashed' : 'unready';
}

/** The format language's view of a running kernel. */
export function formatContext(session: Session): FormatContext {
  const { kernel } = session;
  return {
    memory: session.memory,
    offset: (structure, field) => session.fields.offset(structure, field),
    symbol: (address, style) => sprintSymbol(kernel, address, style),
    pointers: pointerMode(kernel),
    kptrRestrict: sysctls(kernel).kptrRestrict,
    warnOnce: (message, line) => {
      const key = `lib/vsprintf.c:${line}`;
      if (kernel.saidOnce.has(key)) return;
      kernel.saidOnce.add(key);
      warn(session, { place: `lib/vsprintf.c:${line}`, where: 'format_decode', message });
    },
  };
}
