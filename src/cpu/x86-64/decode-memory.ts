import { type DecodeContext, hasRex, modrmOf, REX } from './decode-context.ts';
import type { MemoryOperand } from './instruction.ts';

type Form = Pick<MemoryOperand, 'base' | 'index' | 'scale' | 'displacement' | 'ripRelative'>;

const NONE = -1;
const SIB = 4;
const FRAME = 5;

/** The ModRM (and SIB) byte's memory form with its displacement (Intel SDM volume 2, tables 2-1 to 2-3). */
export function decodeMemory(context: DecodeContext, size: number): MemoryOperand {
  const form = context.addressSize === 16 ? decode16(context) : decode32(context);
  return { kind: 'memory', ...form, segment: context.segment, size, addressSize: context.addressSize };
}

const PAIRS: readonly (readonly [number, number])[] = [
  [3, 6],
  [3, 7],
  [5, 6],
  [5, 7],
  [6, NONE],
  [7, NONE],
  [5, NONE],
  [3, NONE],
];

function decode16(context: DecodeContext): Form {
  const modrm = modrmOf(context);
  const mod = modrm >> 6;
  const absolute = mod === 0 && (modrm & 7) === 6;
  const [base, index] = absolute ? [NONE, NONE] : PAIRS[modrm & 7]!;
  const wide = absolute || mod === 2;
  const displacement = wide ? (context.reader.u16() << 16) >> 16 : mod === 1 ? context.reader.s8() : 0;
  return { base, index, scale: 1, displacement, ripRelative: false };
}

function decode32(context: DecodeContext): Form {
  const modrm = modrmOf(context);
  if ((modrm & 7) === SIB) return decodeSib(context, modrm >> 6);
  if (modrm >> 6 === 0 && (modrm & 7) === FRAME) {
    const ripRelative = context.mode === 64;
    return { base: NONE, index: NONE, scale: 1, displacement: context.reader.s32(), ripRelative };
  }
  const base = (modrm & 7) | (hasRex(context, REX.B) ? 8 : 0);
  return { base, index: NONE, scale: 1, displacement: displacementOf(context, modrm >> 6), ripRelative: false };
}

function decodeSib(context: DecodeContext, mod: number): Form {
  const sib = context.reader.u8();
  const index = ((sib >> 3) & 7) | (hasRex(context, REX.X) ? 8 : 0);
  const noBase = mod === 0 && (sib & 7) === FRAME;
  return {
    base: noBase ? NONE : (sib & 7) | (hasRex(context, REX.B) ? 8 : 0),
    index: index === SIB ? NONE : index,
    scale: 1 << (sib >> 6),
    displacement: noBase ? context.reader.s32() : displacementOf(context, mod),
    ripRelative: false,
  };
}

function displacementOf(context: DecodeContext, mod: number): number {
  if (mod === 1) return context.reader.s8();
  return mod === 2 ? context.reader.s32() : 0;
}
