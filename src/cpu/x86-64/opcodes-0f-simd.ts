/** Rows of the two-byte map for MMX and SSE (Intel SDM volume 2, table A-3). */
export const SIMD_0F = `
  10.np movups Vx,Wx
  10.66 movupd Vx,Wx
  10.f3 movss Vx,Wd
  10.f2 movsd Vx,Wq
  11.np movups Wx,Vx
  11.66 movupd Wx,Vx
  11.f3 movss Wd,Vx
  11.f2 movsd Wq,Vx
  12:r.np movhlps Vx,Ux
  12.np movlps Vx,Mq
  12:m.66 movlpd Vx,Mq
  12.f3 movsldup Vx,Wx
  12.f2 movddup Vx,Wq
  13:m.np movlps Mq,Vx
  13:m.66 movlpd Mq,Vx
  14.np unpcklps Vx,Wx
  14.66 unpcklpd Vx,Wx
  15.np unpckhps Vx,Wx
  15.66 unpckhpd Vx,Wx
  16:r.np movlhps Vx,Ux
  16.np movhps Vx,Mq
  16:m.66 movhpd Vx,Mq
  16.f3 movshdup Vx,Wx
  17:m.np movhps Mq,Vx
  17:m.66 movhpd Mq,Vx
  28.np movaps Vx,Wx
  28.66 movapd Vx,Wx
  29.np movaps Wx,Vx
  29.66 movapd Wx,Vx
  2a.np cvtpi2ps Vx,Qq
  2a.66 cvtpi2pd Vx,Qq
  2a.f3 cvtsi2ss Vx,Ey
  2a.f2 cvtsi2sd Vx,Ey
  2b:m.np movntps Mx,Vx
  2b:m.66 movntpd Mx,Vx
  2b:m.f3 movntss Md,Vx
  2b:m.f2 movntsd Mq,Vx
  2c.np cvttps2pi Pq,Wq
  2c.66 cvttpd2pi Pq,Wx
  2c.f3 cvttss2si Gy,Wd
  2c.f2 cvttsd2si Gy,Wq
  2d.np cvtps2pi Pq,Wq
  2d.66 cvtpd2pi Pq,Wx
  2d.f3 cvtss2si Gy,Wd
  2d.f2 cvtsd2si Gy,Wq
  2e.np ucomiss Vx,Wd
  2e.66 ucomisd Vx,Wq
  2f.np comiss Vx,Wd
  2f.66 comisd Vx,Wq
  50:r.np movmskps Gy,Ux
  50:r.66 movmskpd Gy,Ux
  51 *sqrt
  52.np rsqrtps Vx,Wx
  52.f3 rsqrtss Vx,Wd
  53.np rcpps Vx,Wx
  53.f3 rcpss Vx,Wd
  54.np andps Vx,Wx
  54.66 andpd Vx,Wx
  55.np andnps Vx,Wx
  55.66 andnpd Vx,Wx
  56.np orps Vx,Wx
  56.66 orpd Vx,Wx
  57.np xorps Vx,Wx
  57.66 xorpd Vx,Wx
  58 *add
  59 *mul
  5a.np cvtps2pd Vx,Wq
  5a.66 cvtpd2ps Vx,Wx
  5a.f3 cvtss2sd Vx,Wd
  5a.f2 cvtsd2ss Vx,Wq
  5b.np cvtdq2ps Vx,Wx
  5b.66 cvtps2dq Vx,Wx
  5b.f3 cvttps2dq Vx,Wx
  5c *sub
  5d *min
  5e *div
  5f *max
  60.np punpcklbw Pq,Qd
  60.66 punpcklbw Vx,Wx
  61.np punpcklwd Pq,Qd
  61.66 punpcklwd Vx,Wx
  62.np punpckldq Pq,Qd
  62.66 punpckldq Vx,Wx
  63 ~packsswb
  64 ~pcmpgtb
  65 ~pcmpgtw
  66 ~pcmpgtd
  67 ~packuswb
  68 ~punpckhbw
  69 ~punpckhwd
  6a ~punpckhdq
  6b ~packssdw
  6c.66 punpcklqdq Vx,Wx
  6d.66 punpckhqdq Vx,Wx
  6e.np movd/movd/movq Pq,Ey
  6e.66 movd/movd/movq Vx,Ey
  6f.np movq Pq,Qq
  6f.66 movdqa Vx,Wx
  6f.f3 movdqu Vx,Wx
  70.np pshufw Pq,Qq,Ib
  70.66 pshufd Vx,Wx,Ib
  70.f3 pshufhw Vx,Wx,Ib
  70.f2 pshuflw Vx,Wx,Ib
  71/2r.np psrlw Nq,Ib
  71/2r.66 psrlw Ux,Ib
  71/4r.np psraw Nq,Ib
  71/4r.66 psraw Ux,Ib
  71/6r.np psllw Nq,Ib
  71/6r.66 psllw Ux,Ib
  72/2r.np psrld Nq,Ib
  72/2r.66 psrld Ux,Ib
  72/4r.np psrad Nq,Ib
  72/4r.66 psrad Ux,Ib
  72/6r.np pslld Nq,Ib
  72/6r.66 pslld Ux,Ib
  73/2r.np psrlq Nq,Ib
  73/2r.66 psrlq Ux,Ib
  73/3r.66 psrldq Ux,Ib
  73/6r.np psllq Nq,Ib
  73/6r.66 psllq Ux,Ib
  73/7r.66 pslldq Ux,Ib
  74 ~pcmpeqb
  75 ~pcmpeqw
  76 ~pcmpeqd
  77.np emms
  78.np vmread Em,Gm
  79.np vmwrite Gm,Em
  7c.66 haddpd Vx,Wx
  7c.f2 haddps Vx,Wx
  7d.66 hsubpd Vx,Wx
  7d.f2 hsubps Vx,Wx
  7e.np movd/movd/movq Ey,Pq
  7e.66 movd/movd/movq Ey,Vx
  7e.f3 movq Vx,Wq
  7f.np movq Qq,Pq
  7f.66 movdqa Wx,Vx
  7f.f3 movdqu Wx,Vx
  c2.np cmpps Vx,Wx,Ib
  c2.66 cmppd Vx,Wx,Ib
  c2.f3 cmpss Vx,Wd,Ib
  c2.f2 cmpsd Vx,Wq,Ib
  c4.np pinsrw Pq,Eh,Ib
  c4.66 pinsrw Vx,Eh,Ib
  c5:r.np pextrw Gy,Nq,Ib
  c5:r.66 pextrw Gy,Ux,Ib
  c6.np shufps Vx,Wx,Ib
  c6.66 shufpd Vx,Wx,Ib
  d0.66 addsubpd Vx,Wx
  d0.f2 addsubps Vx,Wx
  d1 ~psrlw
  d2 ~psrld
  d3 ~psrlq
  d4 ~paddq
  d5 ~pmullw
  d6.66 movq Wq,Vx
  d6:r.f3 movq2dq Vx,Nq
  d6:r.f2 movdq2q Pq,Ux
  d7:r.np pmovmskb Gy,Nq
  d7:r.66 pmovmskb Gy,Ux
  d8 ~psubusb
  d9 ~psubusw
  da ~pminub
  db ~pand
  dc ~paddusb
  dd ~paddusw
  de ~pmaxub
  df ~pandn
  e0 ~pavgb
  e1 ~psraw
  e2 ~psrad
  e3 ~pavgw
  e4 ~pmulhuw
  e5 ~pmulhw
  e6.66 cvttpd2dq Vx,Wx
  e6.f3 cvtdq2pd Vx,Wq
  e6.f2 cvtpd2dq Vx,Wx
  e7:m.np movntq Mq,Pq
  e7:m.66 movntdq Mx,Vx
  e8 ~psubsb
  e9 ~psubsw
  ea ~pminsw
  eb ~por
  ec ~paddsb
  ed ~paddsw
  ee ~pmaxsw
  ef ~pxor
  f0:m.f2 lddqu Vx,Mx
  f1 ~psllw
  f2 ~pslld
  f3 ~psllq
  f4 ~pmuludq
  f5 ~pmaddwd
  f6 ~psadbw
  f7:r.np maskmovq Pq,Nq
  f7:r.66 maskmovdqu Vx,Ux
  f8 ~psubb
  f9 ~psubw
  fa ~psubd
  fb ~psubq
  fc ~paddb
  fd ~paddw
  fe ~paddd`;
