import { type OpcodeMap, parseOpcodeMap } from './opcode-row.ts';
import { SIMD_0F } from './opcodes-0f-simd.ts';
import { CONDITIONS } from './opcodes-one-byte.ts';

const hex = (value: number): string => value.toString(16);

const SYSTEM = `
  00/0 sldt Es
  00/1 str Es
  00/2 lldt Es
  00/3 ltr Es
  00/4 verr Es
  00/5 verw Es
  01/0m sgdt Ms
  01/1m sidt Ms
  01/2m lgdt Ms
  01/3m lidt Ms
  01=c1.np vmcall
  01=c2.np vmlaunch
  01=c3.np vmresume
  01=c4.np vmxoff
  01=c8.np monitor
  01=c9 mwait
  01=ca.np clac
  01=cb.np stac
  01=d0 xgetbv
  01=d1 xsetbv
  01=d4.np vmfunc
  01=d5.np xend
  01=d6.np xtest
  01=d8 vmrun
  01=d9 vmmcall
  01=da vmload
  01=db vmsave
  01=dc stgi
  01=dd clgi
  01=de skinit
  01=df invlpga
  01=ee.np rdpkru
  01=ef.np wrpkru
  01=f8 swapgs [o64]
  01=f9 rdtscp
  01=fc clzero
  01/4 smsw Es
  01/6 lmsw Es
  01/7m invlpg M
  02 lar Gv,Es
  03 lsl Gv,Es
  05 syscall
  06 clts
  07 sysretd/sysretd/sysretq
  08 invd
  09.f3 wbnoinvd
  09 wbinvd
  0b ud2
  0d/0m prefetch M
  0d/1m prefetchw M
  0d/2m prefetchwt1 M
  0d:m prefetch M
  0d nop Ev
  0e femms
  18/0m prefetchnta M
  18/1m prefetcht0 M
  18/2m prefetcht1 M
  18/3m prefetcht2 M
  18-1d nop Ev
  1e=fa.f3 endbr64
  1e=fb.f3 endbr32
  1e/1r.f3 rdsspd/rdsspd/rdsspq Ry
  1e-1f nop Ev
  20 mov Fm,Cd [f64]
  21 mov Fm,Dd [f64]
  22 mov Cd,Fm [f64]
  23 mov Dd,Fm [f64]
  30 wrmsr
  31 rdtsc
  32 rdmsr
  33 rdpmc
  34 sysenter
  35 sysexitd/sysexitd/sysexitq
  37.np getsec/getsec/getsecq`;

const INTEGER = `
  a0 push FS [d64]
  a1 pop FS [d64]
  a2 cpuid
  a3 bt Ev,Gv
  a4 shld Ev,Gv,Ib
  a5 shld Ev,Gv,CL
  a8 push GS [d64]
  a9 pop GS [d64]
  aa rsm
  ab bts Ev,Gv
  ac shrd Ev,Gv,Ib
  ad shrd Ev,Gv,CL
  ae/0r.f3 rdfsbase Ry [o64]
  ae/1r.f3 rdgsbase Ry [o64]
  ae/2r.f3 wrfsbase Ry [o64]
  ae/3r.f3 wrgsbase Ry [o64]
  ae/5r.f3 incsspd/incsspd/incsspq Ry
  ae/6r.f3 umonitor Ra
  ae/6r.f2 umwait Rd
  ae/6r.66 tpause Rd
  ae/6m.66 clwb M
  ae/7m.66 clflushopt M
  ae/6m.f3 clrssbsy Mq
  ae/0m.np fxsave/fxsave/fxsave64 M
  ae/1m.np fxrstor/fxrstor/fxrstor64 M
  ae/2m.np ldmxcsr Md
  ae/3m.np stmxcsr Md
  ae/4m.np xsave/xsave/xsave64 M
  ae/5m.np xrstor/xrstor/xrstor64 M
  ae/6m.np xsaveopt/xsaveopt/xsaveopt64 M
  ae/7m.np clflush M
  ae/5r.np lfence
  ae/6r.np mfence
  ae/7r.np sfence
  af imul Gv,Ev
  b0 cmpxchg Eb,Gb
  b1 cmpxchg Ev,Gv
  b2 lss Gv,Mp
  b3 btr Ev,Gv
  b4 lfs Gv,Mp
  b5 lgs Gv,Mp
  b6 movzx Gv,Eb
  b7 movzx Gv,Ew
  b8.f3 popcnt Gv,Ev
  b9 ud1 Gv,Ev
  ba/4 bt Ev,Ib
  ba/5 bts Ev,Ib
  ba/6 btr Ev,Ib
  ba/7 btc Ev,Ib
  bb btc Ev,Gv
  bc.f3 tzcnt Gv,Ev
  bc bsf Gv,Ev
  bd.f3 lzcnt Gv,Ev
  bd bsr Gv,Ev
  be movsx Gv,Eb
  bf movsx Gv,Ew
  c0 xadd Eb,Gb
  c1 xadd Ev,Gv
  c3:m.np movnti My,Gy
  c7/1m cmpxchg8b/cmpxchg8b/cmpxchg16b Mc
  c7/3m.np xrstors/xrstors/xrstors64 M
  c7/4m.np xsavec/xsavec/xsavec64 M
  c7/5m.np xsaves/xsaves/xsaves64 M
  c7/6m.np vmptrld Mq
  c7/6m.66 vmclear Mq
  c7/6m.f3 vmxon Mq
  c7/7m.np vmptrst Mq
  c7/6r.nr rdrand Rv
  c7/7r.nr rdseed Rv
  c7/7r.f3 rdpid Ra
  c8-cf bswap Zv
  ff ud0 Gv,Ev`;

const conditional = (condition: string, number: number): string =>
  `4${hex(number)} cmov${condition} Gv,Ev
   8${hex(number)} j${condition} Jz [f64]
   9${hex(number)} set${condition} Eb`;

/** The two-byte opcode map, 0F xx (Intel SDM volume 2, table A-3 and groups 6–16). */
export const TWO_BYTE: OpcodeMap = parseOpcodeMap(
  [SYSTEM, INTEGER, SIMD_0F, ...CONDITIONS.map(conditional)].join('\n'),
);
