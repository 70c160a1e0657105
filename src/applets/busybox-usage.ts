/** busybox's head line and usage text of each applet that has one. */
const head = (usage: string) => `kobox, in the manner of BusyBox v1.35.0\n\nUsage: ${usage}\n`;

/** What a wrong command line, or `--help`, shows in busybox style. */
export const BUSYBOX_USAGE = {
  dmesg: head(
    'dmesg [-cr] [-n LEVEL] [-s SIZE]\n\nShow the kernel log\n\n\t-c\t\tClear it afterwards\n\t-n LEVEL\tSet the console level\n\t-s SIZE\t\tBuffer size\n\t-r\t\tWith the levels',
  ),
  insmod: head('insmod FILE [SYMBOL=VALUE]...\n\nLoad a kernel module'),
  lsmod: head('lsmod\n\nShow the loaded kernel modules'),
  rmmod: head(
    'rmmod [-wfa] [MODULE]...\n\nUnload kernel modules\n\n\t-w\tWait until nobody uses it\n\t-f\tBy force\n\t-a\tAll that nobody uses',
  ),
} as const;
