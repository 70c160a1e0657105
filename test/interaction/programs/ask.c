/* ask FILE EVENTS MILLISECONDS: poll(2), shows the events that came. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static const struct { const char *name; int bit; } events[] = {
	{ "POLLIN", 1 }, { "POLLPRI", 2 }, { "POLLOUT", 4 }, { "POLLERR", 8 }, { "POLLHUP", 0x10 }, { "POLLNVAL", 0x20 },
	{ "POLLRDNORM", 0x40 }, { "POLLRDBAND", 0x80 }, { "POLLWRNORM", 0x100 }, { "POLLWRBAND", 0x200 },
	{ "POLLMSG", 0x400 }, { "POLLRDHUP", 0x2000 },
};

int main(int argc, char **argv)
{
	struct pollfd asked = { .fd = open(argv[1], O_RDWR | O_NONBLOCK), .events = strtol(argv[2], NULL, 0) };
	int count = poll(&asked, 1, atoi(argv[3]));
	const char *gap = "";

	for (unsigned i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!(asked.revents & events[i].bit))
			continue;
		printf("%s%s", gap, events[i].name);
		gap = " ";
	}
	if (count > 0)
		printf("\n");
	return count > 0 ? 0 : 1;
}
