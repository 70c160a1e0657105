/** busybox's head line and usage text of each applet that has one. */
const head = (usage: string) => `kobox, in the manner of BusyBox v1.35.0\n\nUsage: ${usage}\n`;

/** What a wrong command line, or `--help`, shows in busybox style. */
export const BUSYBOX_USAGE = {
  dmesg: head(
    'dmesg [-cr] [-n LEVEL] [-s SIZE]\n\nShow the kernel log\n\n\t-c\t\tClear it afterwards\n\t-n LEVEL\tSet the console level\n\t-s SIZE\t\tBuffer size\n\t-r\t\tWith the levels',
  ),
  insmod: head('insmod FILE [SYMBOL=VALUE]...\n\nLoad a kernel module'),
  lsmod: head('lsmod\n\nShow the loaded kernel modules'),
  modinfo: head(
    'modinfo [-adlpn0] [-F FIELD] MODULE\n\n\t-a\tauthor only\n\t-d\tdescription only\n\t-l\tlicense only\n\t-p\tparm only\n\t-n\tfilename only\n\t-F FIELD\tThis field only\n\t-0\tEnd each with a NUL',
  ),
  modprobe: head(
    'modprobe [-alrqvsDb] MODULE [SYMBOL=VALUE]...\n\n\t-a\tLoad several\n\t-l\tList those that match MODULE\n\t-r\tUnload, with what it needs\n\t-q\tQuiet\n\t-v\tVerbose\n\t-s\tTo syslog\n\t-D\tShow what would be loaded\n\t-b\tThe blacklist applies to names too',
  ),
  rmmod: head(
    'rmmod [-wfa] [MODULE]...\n\nUnload kernel modules\n\n\t-w\tWait until nobody uses it\n\t-f\tBy force\n\t-a\tAll that nobody uses',
  ),
} as const;
