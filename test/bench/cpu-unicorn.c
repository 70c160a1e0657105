/*
 * The loop of cpu.ts in Unicorn: cpu-unicorn ROUNDS < CODE; prints seconds of processor time.
 * Build: cc -O1 -o cpu-unicorn cpu-unicorn.c -l:libunicorn.so.2. The few prototypes stand here, so that no header is needed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ARCH_X86 4
#define MODE_64 8
#define PERMISSIONS_ALL 7
#define REGISTER_RDI 39
#define REGISTER_RSI 43
#define CODE 0x20000000ull
#define DATA 0x10000000ull

int uc_open(int arch, int mode, void **engine);
int uc_mem_map(void *engine, uint64_t address, size_t size, uint32_t permissions);
int uc_mem_write(void *engine, uint64_t address, const void *bytes, uint64_t size);
int uc_reg_write(void *engine, int register_number, const void *value);
int uc_emu_start(void *engine, uint64_t begin, uint64_t until, uint64_t timeout, size_t count);

int main(int argc, char **argv)
{
	uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, data = DATA;
	uint8_t code[4096];
	size_t size = fread(code, 1, sizeof(code), stdin);
	void *engine;
	clock_t start;
	int error;

	if (uc_open(ARCH_X86, MODE_64, &engine))
		return 1;
	uc_mem_map(engine, CODE, 4096, PERMISSIONS_ALL);
	uc_mem_map(engine, DATA, 4096, PERMISSIONS_ALL);
	uc_mem_write(engine, CODE, code, size);
	uc_reg_write(engine, REGISTER_RDI, &rounds);
	uc_reg_write(engine, REGISTER_RSI, &data);
	start = clock();
	error = uc_emu_start(engine, CODE, CODE + size - 1, 0, 0);
	printf("%f\n", (double)(clock() - start) / CLOCKS_PER_SEC);
	return error;
}
