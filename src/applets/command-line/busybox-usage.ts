import { WATCH_HELP } from './watch-help.ts';

/** busybox's head line before a usage text. */
const head = (usage: string) => `kobox, in the manner of BusyBox v1.35.0

Usage: ${usage}`;

/** What a wrong command line, or `--help`, shows in busybox style. */
export const BUSYBOX_USAGE = {
  dmesg: head(`dmesg [-cr] [-n LEVEL] [-s SIZE]

Show the kernel log

	-c		Clear it afterwards
	-n LEVEL	Set the console level
	-s SIZE		Buffer size
	-r		With the levels

Examples:
  dmesg
  dmesg -c
`),
  insmod: head(`insmod FILE [SYMBOL=VALUE]...

Load a kernel module
${WATCH_HELP}
Examples:
  insmod hello.ko
  insmod parameters.ko an_int=7 numbers=4,5
  insmod --explain hello.ko
`),
  lsmod: head(`lsmod

Show the loaded kernel modules

Of kobox:
	--json	As JSON

Examples:
  lsmod
`),
  modinfo: head(`modinfo [-adlpn0] [-F FIELD] MODULE

	-a		author only
	-d		description only
	-l		license only
	-p		parm only
	-n		filename only
	-F FIELD	This field only
	-0		End each with a NUL

Of kobox:
	--elf FILE...	Headers and sections of files

Examples:
  modinfo hello
  modinfo -F depends hello
`),
  modprobe: head(`modprobe [-alrqvsDb] MODULE [SYMBOL=VALUE]...

	-a	Load several
	-l	List those that match MODULE
	-r	Unload, with what it needs
	-q	Quiet
	-v	Verbose
	-s	To syslog
	-D	Show what would be loaded
	-b	The blacklist applies to names too
${WATCH_HELP}
Examples:
  modprobe loop max_loop=4
  modprobe -D loop
  modprobe -r loop
`),
  rmmod: head(`rmmod [-wfa] [MODULE]...

Unload kernel modules

	-w	Wait until nobody uses it
	-f	By force
	-a	All that nobody uses

Examples:
  rmmod hello
`),
} as const;
