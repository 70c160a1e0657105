import { type OpcodeMap, parseOpcodeMap } from './opcode-row.ts';

const ARITHMETIC = ['add', 'or', 'adc', 'sbb', 'and', 'sub', 'xor', 'cmp'];
const SHIFTS = ['rol', 'ror', 'rcl', 'rcr', 'shl', 'shr', 'shl', 'sar'];
/** Condition names by the low four bits of the opcode. */
export const CONDITIONS = 'o no b ae e ne be a s ns p np l ge le g'.split(' ');

const hex = (value: number): string => value.toString(16).padStart(2, '0');

function arithmeticRows(name: string, number: number): string {
  const at = (offset: number): string => hex(number * 8 + offset);
  return `${at(0)} ${name} Eb,Gb
    ${at(1)} ${name} Ev,Gv
    ${at(2)} ${name} Gb,Eb
    ${at(3)} ${name} Gv,Ev
    ${at(4)} ${name} AL,Ib
    ${at(5)} ${name} rAX,Iz
    80/${number} ${name} Eb,Ib
    81/${number} ${name} Ev,Iz
    82/${number} ${name} Eb,Ib [i64]
    83/${number} ${name} Ev,Is`;
}

function shiftRows(name: string, number: number): string {
  return `c0/${number} ${name} Eb,Ib
    c1/${number} ${name} Ev,Ib
    d0/${number} ${name} Eb,1
    d1/${number} ${name} Ev,1
    d2/${number} ${name} Eb,CL
    d3/${number} ${name} Ev,CL`;
}

const REST = `
  06 push ES [i64]
  07 pop ES [i64]
  0e push CS [i64]
  16 push SS [i64]
  17 pop SS [i64]
  1e push DS [i64]
  1f pop DS [i64]
  27 daa [i64]
  2f das [i64]
  37 aaa [i64]
  3f aas [i64]
  40-47 inc Zv [i64]
  48-4f dec Zv [i64]
  50-57 push Zv [d64]
  58-5f pop Zv [d64]
  60 pushaw/pushad [i64]
  61 popaw/popad [i64]
  62 bound Gv,M [i64]
  63 arpl Es,Gv [i64]
  63 movsxd Gv,El
  68 push Iz [d64]
  69 imul Gv,Ev,Iz
  6a push Is [d64]
  6b imul Gv,Ev,Is
  6c insb [string]
  6d insw/insd/insd [string]
  6e outsb [string]
  6f outsw/outsd/outsd [string]
  84 test Eb,Gb
  85 test Ev,Gv
  86 xchg Eb,Gb
  87 xchg Ev,Gv
  88 mov Eb,Gb
  89 mov Ev,Gv
  8a mov Gb,Eb
  8b mov Gv,Ev
  8c mov Es,Sw
  8d lea Gv,M
  8e mov Sw,Es [nocs]
  8f/0 pop Ev [d64]
  90.f3 pause [nop]
  90 nop [nop]
  91-97 xchg Zv,rAX
  90 xchg Zv,rAX
  98 cbw/cwde/cdqe
  99 cwd/cdq/cqo
  9a call Ap [i64]
  9b wait
  9c pushfw/pushfd/pushfq [d64]
  9d popfw/popfd/popfq [d64]
  9e sahf
  9f lahf
  a0 mov AL,Ob
  a1 mov rAX,Ov
  a2 mov Ob,AL
  a3 mov Ov,rAX
  a4 movsb [string]
  a5 movsw/movsd/movsq [string]
  a6 cmpsb [string]
  a7 cmpsw/cmpsd/cmpsq [string]
  a8 test AL,Ib
  a9 test rAX,Iz
  aa stosb [string]
  ab stosw/stosd/stosq [string]
  ac lodsb [string]
  ad lodsw/lodsd/lodsq [string]
  ae scasb [string]
  af scasw/scasd/scasq [string]
  b0-b7 mov Zb,Ib
  b8-bf mov Zv,Iv
  c2 ret Iw [f64]
  c3 ret [f64]
  c4 les Gz,Mp [i64]
  c5 lds Gz,Mp [i64]
  c6=f8 xabort Ib
  c6/0 mov Eb,Ib
  c7=f8 xbegin Jz
  c7/0 mov Ev,Iz
  c8 enter Iw,Ib [d64]
  c9 leave [d64]
  ca retf Iw
  cb retf
  cc int3
  cd int Ib
  ce into [i64]
  cf iretw/iretd/iretq
  d4 aam Ib [i64]
  d5 aad Ib [i64]
  d6 salc [i64]
  d7 xlatb
  d8-df x87 [modrm]
  e0 loopne Jb [f64]
  e1 loope Jb [f64]
  e2 loop Jb [f64]
  e3 jcxz/jecxz/jrcxz Jb [f64,address-name]
  e4 in AL,Ib
  e5 in eAX,Ib
  e6 out Ib,AL
  e7 out Ib,eAX
  e8 call Jz [f64]
  e9 jmp Jz [f64]
  ea jmp Ap [i64]
  eb jmp Jb [f64]
  ec in AL,DX
  ed in eAX,DX
  ee out DX,AL
  ef out DX,eAX
  f1 int1
  f4 hlt
  f5 cmc
  f6/0 test Eb,Ib
  f6/1 test Eb,Ib
  f6/2 not Eb
  f6/3 neg Eb
  f6/4 mul Eb
  f6/5 imul Eb
  f6/6 div Eb
  f6/7 idiv Eb
  f7/0 test Ev,Iz
  f7/1 test Ev,Iz
  f7/2 not Ev
  f7/3 neg Ev
  f7/4 mul Ev
  f7/5 imul Ev
  f7/6 div Ev
  f7/7 idiv Ev
  f8 clc
  f9 stc
  fa cli
  fb sti
  fc cld
  fd std
  fe/0 inc Eb
  fe/1 dec Eb
  ff/0 inc Ev
  ff/1 dec Ev
  ff/2 call Ev [f64]
  ff/3 call Mp
  ff/4 jmp Ev [f64]
  ff/5 jmp Mp
  ff/6 push Ev [d64]`;

/** The one-byte opcode map (Intel SDM volume 2, table A-2 and groups 1–5, 11). */
export const ONE_BYTE: OpcodeMap = parseOpcodeMap(
  [
    ...ARITHMETIC.map(arithmeticRows),
    ...SHIFTS.map(shiftRows),
    ...CONDITIONS.map((condition, number) => `${hex(0x70 + number)} j${condition} Jb [f64]`),
    REST,
  ].join('\n'),
);
