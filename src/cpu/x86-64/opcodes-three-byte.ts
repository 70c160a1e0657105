import { type OpcodeMap, parseOpcodeMap } from './opcode-row.ts';

/** 0F 38 xx (Intel SDM volume 2, table A-4). */
export const MAP_0F38: OpcodeMap = parseOpcodeMap(`
  00 ~pshufb
  01 ~phaddw
  02 ~phaddd
  03 ~phaddsw
  04 ~pmaddubsw
  05 ~phsubw
  06 ~phsubd
  07 ~phsubsw
  08 ~psignb
  09 ~psignw
  0a ~psignd
  0b ~pmulhrsw
  10.66 pblendvb Vx,Wx
  14.66 blendvps Vx,Wx
  15.66 blendvpd Vx,Wx
  17.66 ptest Vx,Wx
  1c ~pabsb
  1d ~pabsw
  1e ~pabsd
  20.66 pmovsxbw Vx,Wq
  21.66 pmovsxbd Vx,Wd
  22.66 pmovsxbq Vx,Ww
  23.66 pmovsxwd Vx,Wq
  24.66 pmovsxwq Vx,Wd
  25.66 pmovsxdq Vx,Wq
  28.66 pmuldq Vx,Wx
  29.66 pcmpeqq Vx,Wx
  2a:m.66 movntdqa Vx,Mx
  2b.66 packusdw Vx,Wx
  30.66 pmovzxbw Vx,Wq
  31.66 pmovzxbd Vx,Wd
  32.66 pmovzxbq Vx,Ww
  33.66 pmovzxwd Vx,Wq
  34.66 pmovzxwq Vx,Wd
  35.66 pmovzxdq Vx,Wq
  37.66 pcmpgtq Vx,Wx
  38.66 pminsb Vx,Wx
  39.66 pminsd Vx,Wx
  3a.66 pminuw Vx,Wx
  3b.66 pminud Vx,Wx
  3c.66 pmaxsb Vx,Wx
  3d.66 pmaxsd Vx,Wx
  3e.66 pmaxuw Vx,Wx
  3f.66 pmaxud Vx,Wx
  40.66 pmulld Vx,Wx
  41.66 phminposuw Vx,Wx
  80:m.66 invept Gm,Mx
  81:m.66 invvpid Gm,Mx
  82:m.66 invpcid Gm,Mx
  c8.np sha1nexte Vx,Wx
  c9.np sha1msg1 Vx,Wx
  ca.np sha1msg2 Vx,Wx
  cb.np sha256rnds2 Vx,Wx
  cc.np sha256msg1 Vx,Wx
  cd.np sha256msg2 Vx,Wx
  cf.66 gf2p8mulb Vx,Wx
  db.66 aesimc Vx,Wx
  dc.66 aesenc Vx,Wx
  dd.66 aesenclast Vx,Wx
  de.66 aesdec Vx,Wx
  df.66 aesdeclast Vx,Wx
  f0.f2 crc32 Gy,Eb
  f1.f2 crc32 Gy,Ev
  f0:m.nr movbe Gv,Mv
  f1:m.nr movbe Mv,Gv
  f5:m.66 wrussd/wrussd/wrussq My,Gy
  f6:m.np wrssd/wrssd/wrssq My,Gy
  f6.66 adcx Gy,Ey
  f6.f3 adox Gy,Ey
  f8:m.66 movdir64b Ga,M
  f8:m.f3 enqcmds Ga,M
  f8:m.f2 enqcmd Ga,M
  f9:m.np movdiri My,Gy`);

/** 0F 3A xx (Intel SDM volume 2, table A-5). */
export const MAP_0F3A: OpcodeMap = parseOpcodeMap(`
  08.66 roundps Vx,Wx,Ib
  09.66 roundpd Vx,Wx,Ib
  0a.66 roundss Vx,Wd,Ib
  0b.66 roundsd Vx,Wq,Ib
  0c.66 blendps Vx,Wx,Ib
  0d.66 blendpd Vx,Wx,Ib
  0e.66 pblendw Vx,Wx,Ib
  0f.np palignr Pq,Qq,Ib
  0f.66 palignr Vx,Wx,Ib
  14.66 pextrb Ec,Vx,Ib
  15.66 pextrw Eh,Vx,Ib
  16.66 pextrd/pextrd/pextrq Ey,Vx,Ib
  17.66 extractps Ed,Vx,Ib
  20.66 pinsrb Vx,Ec,Ib
  21.66 insertps Vx,Wd,Ib
  22.66 pinsrd/pinsrd/pinsrq Vx,Ey,Ib
  40.66 dpps Vx,Wx,Ib
  41.66 dppd Vx,Wx,Ib
  42.66 mpsadbw Vx,Wx,Ib
  44.66 pclmulqdq Vx,Wx,Ib
  60.66 pcmpestrm Vx,Wx,Ib
  61.66 pcmpestri Vx,Wx,Ib
  62.66 pcmpistrm Vx,Wx,Ib
  63.66 pcmpistri Vx,Wx,Ib
  cc.np sha1rnds4 Vx,Wx,Ib
  ce.66 gf2p8affineqb Vx,Wx,Ib
  cf.66 gf2p8affineinvqb Vx,Wx,Ib
  df.66 aeskeygenassist Vx,Wx,Ib`);

/** VEX-coded operations on general registers, by map and opcode (Intel SDM volume 2, BMI1 and BMI2). */
export const VEX_GENERAL: Readonly<Record<number, OpcodeMap>> = {
  2: parseOpcodeMap(`
    f2.np andn Gy,By,Ey
    f3/1.np blsr By,Ey
    f3/2.np blsmsk By,Ey
    f3/3.np blsi By,Ey
    f5.np bzhi Gy,Ey,By
    f5.f3 pext Gy,By,Ey
    f5.f2 pdep Gy,By,Ey
    f6.f2 mulx Gy,By,Ey
    f7.np bextr Gy,Ey,By
    f7.66 shlx Gy,Ey,By
    f7.f3 sarx Gy,Ey,By
    f7.f2 shrx Gy,Ey,By`),
  3: parseOpcodeMap('f0.f2 rorx Gy,Ey,Ib'),
};
