/*
 * Executes machine code on the processor at hand: reads struct input records from stdin, writes struct output records.
 * Build: cc -O1 -o run run.c
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define DATA 0x10000000
#define CODE 0x20000000
#define AREA 0x30000000
#define PAGE 4096
#define WINDOW 256
#define WINDOW_AT 2048

struct input {
	uint64_t registers[16];
	uint64_t flags;
	uint8_t window[WINDOW];
	uint8_t length;
	uint8_t code[63];
};

struct output {
	uint64_t registers[16];
	uint64_t flags;
	uint64_t fault;
	uint8_t window[WINDOW];
};

/* The area: registers (0-127), flags (128), the host's stack pointer (136). */
__asm__(".globl enter_code\n"
	"enter_code:\n"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"mov %rsp, 0x30000088\n"
	"pushq 0x30000080\n"
	"popfq\n"
	"mov 0x30000000, %rax; mov 0x30000008, %rcx; mov 0x30000010, %rdx; mov 0x30000018, %rbx\n"
	"mov 0x30000020, %rsp; mov 0x30000028, %rbp; mov 0x30000030, %rsi; mov 0x30000038, %rdi\n"
	"mov 0x30000040, %r8; mov 0x30000048, %r9; mov 0x30000050, %r10; mov 0x30000058, %r11\n"
	"mov 0x30000060, %r12; mov 0x30000068, %r13; mov 0x30000070, %r14; mov 0x30000078, %r15\n"
	"jmp *0x30000090\n"
	".globl leave_code\n"
	"leave_code:\n"
	"mov %rax, 0x30000000; mov %rcx, 0x30000008; mov %rdx, 0x30000010; mov %rbx, 0x30000018\n"
	"mov %rsp, 0x30000020; mov %rbp, 0x30000028; mov %rsi, 0x30000030; mov %rdi, 0x30000038\n"
	"mov %r8, 0x30000040; mov %r9, 0x30000048; mov %r10, 0x30000050; mov %r11, 0x30000058\n"
	"mov %r12, 0x30000060; mov %r13, 0x30000068; mov %r14, 0x30000070; mov %r15, 0x30000078\n"
	"mov 0x30000088, %rsp\n"
	"pushfq\n"
	"popq 0x30000080\n"
	"cld\n"
	"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"ret\n");

void enter_code(void);
void leave_code(void);

static sigjmp_buf escape;

static void on_signal(int number)
{
	__asm__ volatile("cld");
	siglongjmp(escape, number);
}

static void *map(uintptr_t at, int protection)
{
	return mmap((void *)at, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void catch_signals(void)
{
	static char stack[65536];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER };
	int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };

	sigaltstack(&alternate, NULL);
	for (int i = 0; i < 5; i++)
		sigaction(numbers[i], &action, NULL);
}

/* The code, and behind it: jmp *[rip+0] to leave_code. */
static void place_code(const struct input *in)
{
	uint8_t *code = (uint8_t *)CODE;
	uint8_t jump[] = { 0xff, 0x25, 0, 0, 0, 0 };
	uint64_t target = (uint64_t)leave_code;

	memcpy(code, in->code, in->length);
	memcpy(code + in->length, jump, sizeof(jump));
	memcpy(code + in->length + sizeof(jump), &target, sizeof(target));
}

int main(void)
{
	uint64_t *area = map(AREA, PROT_READ | PROT_WRITE);
	uint8_t *data = map(DATA, PROT_READ | PROT_WRITE);
	struct input in;
	struct output out;

	map(CODE, PROT_READ | PROT_WRITE | PROT_EXEC);
	catch_signals();
	while (fread(&in, sizeof(in), 1, stdin) == 1) {
		place_code(&in);
		for (int at = 0; at < PAGE; at += WINDOW)
			memcpy(data + at, in.window, WINDOW);
		memcpy(area, in.registers, sizeof(in.registers));
		area[16] = in.flags;
		area[18] = CODE;
		out.fault = sigsetjmp(escape, 1);
		if (!out.fault)
			enter_code();
		memcpy(out.registers, area, sizeof(out.registers));
		out.flags = area[16];
		memcpy(out.window, data + WINDOW_AT, WINDOW);
		fwrite(&out, sizeof(out), 1, stdout);
	}
	return 0;
}
