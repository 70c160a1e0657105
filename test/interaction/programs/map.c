/* map FILE LENGTH OFFSET [w TEXT | r] [p]: mmap(2), writes TEXT to the beginning, shows the bytes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	size_t length = atol(argv[2]);
	int writes = argv[4][0] == 'w';
	int file = open(argv[1], writes ? O_RDWR : O_RDONLY);
	char *area = mmap(NULL, length, PROT_READ | (writes ? PROT_WRITE : 0), argc > 6 ? MAP_PRIVATE : MAP_SHARED, file,
			  atol(argv[3]));

	if (area == MAP_FAILED) {
		perror("map");
		return 1;
	}
	if (writes)
		memcpy(area, argv[5], strlen(argv[5]));
	/* What is touched here, not by the kernel in write(2), faults as the program's own access. */
	char *copy = malloc(length);
	memcpy(copy, area, length);
	munmap(area, length);
	close(file);
	fwrite(copy, 1, length, stdout);
	return 0;
}
