#!/bin/busybox sh
# PID 1 of the guest: runs each file of /commands and writes what it gave to the second serial line, base64 a field.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/
/bin/busybox mkdir -p /proc /sys /dev /tmp /run
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mount -t debugfs debugfs /sys/kernel/debug
/bin/busybox --install -s /bin
stty -F /dev/ttyS1 raw -echo
field() { printf '%s ' "$1" > /dev/ttyS1; base64 -w 0 > /dev/ttyS1; echo > /dev/ttyS1; }
dmesg -r -c > /dev/null
for command in /commands/*; do
  cd /w
  case $command in
    *.user) su user -s /bin/sh -c "$(cat "$command")" > /tmp/out 2> /tmp/err < /dev/null ;;
    *) sh -c "$(cat "$command")" > /tmp/out 2> /tmp/err < /dev/null ;;
  esac
  echo $? | field exit
  field stdout < /tmp/out
  field stderr < /tmp/err
  usleep 20000
  dmesg -r -c | field log
  field taint < /proc/sys/kernel/tainted
done
echo end > /dev/ttyS1
sync
reboot -f
