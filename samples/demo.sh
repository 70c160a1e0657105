#!/bin/sh
# Loads real modules in a machine of its own and says what happens. Run by: npm run demo
cd "$(dirname "$0")" || exit 1
KOBOX_ROOT=$(mktemp -d) || exit 1
export KOBOX_ROOT
trap 'rm -rf "$KOBOX_ROOT"' EXIT
PATH=$PWD/../bin:$PATH

bold='' plain=''
[ -t 1 ] && [ -z "$NO_COLOR" ] && bold=$(printf '\033[1m') plain=$(printf '\033[0m')
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
run() {
  printf '$ %s\n' "$*"
  sh -c "$*"
  local status=$?
  [ "$status" -eq 0 ] || printf '(exit status %s)\n' "$status"
}

say 'A module from outside the kernel tree is loaded, and taints the kernel.'
run 'insmod hello/hello.ko'
run 'lsmod'
run 'dmesg'

say 'One module uses what another exports.'
run 'insmod math/calc.ko'
run 'insmod math/math.ko'
run 'insmod math/calc.ko a=20 b=22'
run 'lsmod'
run 'rmmod math'

say 'Parameters are read as the kernel reads them, and shown in sysfs.'
run 'insmod parameters/parameters.ko an_int=seven'
run 'insmod parameters/parameters.ko an_int=7 numbers=4,5'
run 'cat $KOBOX_ROOT/sys/module/parameters/parameters/numbers'

say 'What the kernel refuses, it refuses here; the log says why.'
run 'rmmod hello'
run 'insmod broken/wrong-vermagic.ko'
run 'insmod --explain broken/other-machine.ko'
run 'dmesg -l err,warn'

say 'The machine is a directory: look into it with ls and cat.'
run 'cat $KOBOX_ROOT/proc/modules'
run 'ls $KOBOX_ROOT/sys/module/math'
