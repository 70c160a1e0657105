import { type DecodeContext, hasRex, REX } from './decode-context.ts';
import type { SegmentName } from './instruction.ts';

type PrefixRule = (context: DecodeContext) => void;

function segmentOverride(name: SegmentName): PrefixRule {
  const alwaysMeant = name === 'fs' || name === 'gs';
  return (context) => {
    if (context.mode === 32 || alwaysMeant) context.segment = name;
  };
}

const PREFIXES: Readonly<Record<number, PrefixRule>> = {
  38: segmentOverride('es'),
  46: segmentOverride('cs'),
  54: segmentOverride('ss'),
  62: segmentOverride('ds'),
  100: segmentOverride('fs'),
  101: segmentOverride('gs'),
  102: (context) => {
    context.operandOverride = true;
  },
  103: (context) => {
    context.addressOverride = true;
  },
  240: (context) => {
    context.lock = true;
  },
  242: (context) => {
    context.repeat = 'repne';
  },
  243: (context) => {
    context.repeat = 'rep';
  },
};

/** Takes all prefixes (Intel SDM volume 2, 2.1.1 and 2.2.1): a REX counts only right before the opcode. */
export function decodePrefixes(context: DecodeContext): void {
  const { reader, mode } = context;
  for (;;) {
    const byte = reader.peek();
    const rule = PREFIXES[byte];
    const rex = mode === 64 && byte >> 4 === 4;
    if (!rule && !rex) break;
    context.rex = rex ? byte & 15 : -1;
    rule?.(context);
    reader.u8();
  }
  context.addressSize = addressSize(context);
}

function addressSize({ mode, addressOverride }: DecodeContext): 16 | 32 | 64 {
  if (mode === 64) return addressOverride ? 32 : 64;
  return addressOverride ? 16 : 32;
}

/** The operand size: `d64` and `f64` of the opcode row, REX.W, 66, the mode. */
export function operandSize(
  context: DecodeContext,
  attributes: readonly string[],
  prefixIsMandatory: boolean,
): 16 | 32 | 64 {
  const shrink = context.operandOverride && !prefixIsMandatory;
  if (context.mode === 32) return shrink ? 16 : 32;
  if (attributes.includes('f64') || hasRex(context, REX.W)) return 64;
  if (shrink) return 16;
  return attributes.includes('d64') ? 64 : 32;
}
