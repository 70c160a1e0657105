/** The general registers of x86-64 by the number that instructions give them: Intel SDM volume 2, table 3-1. */
export const GENERAL_REGISTERS = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');

/** `X86_EFLAGS_IF`, arch/x86/include/uapi/asm/processor-flags.h: interrupts are on. */
export const EFLAGS_IF = 0x200n;

/** {@link EFLAGS_IF} and the bit that is always set. */
export const EFLAGS_ENABLED = 0x202n;
