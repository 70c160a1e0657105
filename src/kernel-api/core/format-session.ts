import type { CallChain } from '../../abi/call-chains.ts';
import { sysctl } from '../../kernel/files/sysctl.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { FormatContext, PointerMode } from '../vsprintf/format-context.ts';
import { sprintSymbol } from './faults/symbolize.ts';
import { callerOf } from './faults/unwind.ts';
import { warn } from './faults/warn.ts';
import type { Session } from './session.ts';

/** Whether the random key of `%p` is there: with entropy at boot it is (`random.trust_cpu=on`). */
function pointerMode(kernel: Kernel): PointerMode {
  const words = kernel.commandLine.split(/\s+/);
  if (words.includes('no_hash_pointers')) return 'plain';
  return words.includes('random.trust_cpu=on') ? 'hashed' : 'unready';
}

/** Where lib/vsprintf.c warns, by line. */
const FORMAT_PLACES: Readonly<Record<number, string>> = {
  2466: 'pointer+0x5ad/0x630',
  2693: 'set_field_width+0x71/0x80',
  2702: 'set_precision+0x56/0x60',
};

/** The format language's view of a running kernel. `inner`: the functions between the module's call and `vsnprintf`. */
export function formatContext(session: Session, inner: readonly CallChain[] = []): FormatContext {
  const { kernel } = session;
  return {
    memory: session.memory,
    offset: (structure, field) => session.fields.offset(structure, field),
    symbol: (address, style) => sprintSymbol(kernel, callerOf(session, address), style),
    pointers: pointerMode(kernel),
    kptrRestrict: sysctl(kernel, 'kptr_restrict'),
    warnOnce: (message, line) => {
      const key = `lib/vsprintf.c:${line}`;
      if (kernel.saidOnce.has(key)) return;
      kernel.saidOnce.add(key);
      const where = FORMAT_PLACES[line] ?? 'format_decode';
      const parsing: readonly CallChain[] = where === 'format_decode' ? ['format'] : [];
      warn(session, { place: `lib/vsprintf.c:${line}`, where, message, inner: [...inner, ...parsing] });
    },
  };
}
