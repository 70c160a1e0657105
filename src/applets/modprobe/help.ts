import { WATCH_HELP } from '../command-line/watch-help.ts';

/** What `modprobe --help` says in kmod style. */
export function modprobeHelp(name: string): string {
  return `Usage:
	${name} [options] [-i] [-b] modulename
	${name} [options] -a [-i] [-b] modulename [modulename...]
	${name} [options] -r [-i] modulename
	${name} [options] -r -a [-i] modulename [modulename...]
	${name} [options] -c
	${name} [options] --show-modversions filename
Management Options:
	-a, --all                   every operand is a module
	-r, --remove                unload instead of load
	    --remove-holders        with -r: unload the modules that use it too
	-w, --wait MSEC             with -r: wait so long for it to come out of use
	    --first-time            fail if it is loaded already, or not loaded
	-i, --ignore-install        pass over install commands
	-i, --ignore-remove         pass over remove commands
	-b, --use-blacklist         the blacklist applies to module names too
	-f, --force                 --force-modversion and --force-vermagic; with -r: unload by force
	    --force-modversion      do not compare symbol versions
	    --force-vermagic        do not compare the version magic
	    --merge-softdeps        every softdep line that matches counts, not the first alone
	    --keep-install          soft dependencies do not switch an install command off

Query Options:
	-R, --show-alias            print the modules that a name or alias stands for
	-D, --show-depends          print what would be done, as if nothing were loaded
	-c, --show-config           print the configuration and the indexes
	    --show-modversions      print the symbol versions that a module wants
	    --show-exports          print the symbols that a module exports
	    --json                  with -D and -c: print JSON

General Options:
	-n, --dry-run               print what would be done, and do nothing
	-C, --config FILE           read this file or directory instead of the default ones
	-d, --dirname DIR           look for lib/modules below DIR
	-S, --set-version VERSION   look for this kernel release
	-s, --syslog                messages go to var/log/messages, not to stderr
	-q, --quiet                 say nothing
	-v, --verbose               say more
	-V, --version               print the version
	-h, --help                  print this help
${WATCH_HELP}
Examples:
  ${name} loop max_loop=4
  ${name} -D loop
  ${name} -r loop
`;
}
