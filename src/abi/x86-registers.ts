/** The general registers of x86-64 by the number that instructions give them: Intel SDM volume 2, table 3-1. */
export const GENERAL_REGISTERS = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');
