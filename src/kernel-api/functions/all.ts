import type { KernelFunctionRow } from '../kernel-function.ts';
import { blockFunctions } from './block/block.ts';
import { blockMajorFunctions } from './block/block-majors.ts';
import { checkFunctions } from './checks.ts';
import { credentialFunctions } from './credentials.ts';
import { acpiFunctions } from './device/acpi.ts';
import { deviceFunctions } from './device/device-functions.ts';
import { deviceMessageFunctions } from './device/device-messages.ts';
import { devresFunctions } from './device/devres.ts';
import { dmaFunctions } from './device/dma.ts';
import { driverFunctions } from './device/driver-functions.ts';
import { firmwareFunctions } from './device/firmware.ts';
import { framebufferFunctions } from './device/framebuffer.ts';
import { inputFunctions } from './device/input.ts';
import { interruptFunctions } from './device/interrupts.ts';
import { kobjectFunctions } from './device/kobject-functions.ts';
import { miscFunctions } from './device/misc-device.ts';
import { platformFunctions } from './device/platform.ts';
import { resourceFunctions } from './device/resources.ts';
import { sysfsFunctions } from './device/sysfs.ts';
import { ttyFunctions } from './device/tty.ts';
import { chardevFunctions } from './file/chardev.ts';
import { debugfsFunctions } from './file/debugfs.ts';
import { dentryFunctions } from './file/dentries.ts';
import { fileServiceFunctions } from './file/file-services.ts';
import { filesystemFunctions } from './file/filesystems.ts';
import { inodeFunctions } from './file/inodes.ts';
import { kernelFileFunctions } from './file/kernel-files.ts';
import { mountFunctions } from './file/mounts.ts';
import { procFunctions } from './file/procfs.ts';
import { seqFileFunctions } from './file/seq-file.ts';
import { simpleAttributeFunctions } from './file/simple-attr.ts';
import { sysctlFunctions } from './file/sysctl.ts';
import { kernelServiceFunctions } from './kernel-services.ts';
import { arithmeticFunctions } from './library/arithmetic.ts';
import { bitmapFunctions } from './library/bitmaps.ts';
import { bitFunctions } from './library/bits.ts';
import { checksumFunctions } from './library/checksums.ts';
import { cryptoLibraryFunctions } from './library/crypto-lib.ts';
import { kfifoFunctions } from './library/kfifo.ts';
import { kfifoRecordFunctions } from './library/kfifo-records.ts';
import { randomFunctions } from './library/random.ts';
import { rbtreeFunctions } from './library/rbtree.ts';
import { rhashtableFunctions } from './library/rhashtable.ts';
import { shashFunctions } from './library/shash.ts';
import { siphashFunctions } from './library/siphash.ts';
import { sortFunctions } from './library/sort.ts';
import { uuidFunctions } from './library/uuid.ts';
import { duplicateFunctions } from './memory/duplicates.ts';
import { pageFunctions } from './memory/pages.ts';
import { scatterlistFunctions } from './memory/scatterlist.ts';
import { slabFunctions } from './memory/slab.ts';
import { slabBulkFunctions } from './memory/slab-bulk.ts';
import { userAccessFunctions } from './memory/uaccess.ts';
import { userMappingFunctions } from './memory/user-mappings.ts';
import { moduleReferenceFunctions } from './module-references.ts';
import { bpfFunctions } from './net/bpf.ts';
import { inetFragmentFunctions } from './net/inet-fragments.ts';
import { inetProtocolFunctions } from './net/inet-protocols.ts';
import { netdeviceFunctions } from './net/netdevice.ts';
import { netlinkFunctions } from './net/netlink.ts';
import { pernetFunctions } from './net/pernet.ts';
import { rtnetlinkFunctions } from './net/rtnetlink.ts';
import { skBuffFunctions } from './net/sk-buff.ts';
import { skbQueueFunctions } from './net/skb-queues.ts';
import { socketMessageFunctions } from './net/socket-messages.ts';
import { socketFunctions } from './net/sockets.ts';
import { parameterFunctions } from './parameters.ts';
import { keyTypeFunctions } from './registration/key-types.ts';
import { notifierFunctions } from './registration/notifiers.ts';
import { registrationFunctions } from './registration/registrations.ts';
import { calendarFunctions } from './scheduling/calendar.ts';
import { completionFunctions } from './scheduling/completions.ts';
import { crossCallFunctions } from './scheduling/cross-calls.ts';
import { irqWorkFunctions } from './scheduling/irq-work.ts';
import { kthreadFunctions } from './scheduling/kthread.ts';
import { lockFunctions } from './scheduling/locks.ts';
import { pidFunctions } from './scheduling/pids.ts';
import { signalFunctions } from './scheduling/signals.ts';
import { sleepFunctions } from './scheduling/sleeping.ts';
import { taskletFunctions } from './scheduling/tasklets.ts';
import { timeFunctions } from './scheduling/time.ts';
import { timerFunctions } from './scheduling/timers.ts';
import { waitFunctions } from './scheduling/waits.ts';
import { workFunctions } from './scheduling/work.ts';
import { structureFunctions } from './structures.ts';
import { escapeFunctions } from './text/escape.ts';
import { globFunctions } from './text/glob.ts';
import { numberFunctions } from './text/numbers.ts';
import { optionParserFunctions } from './text/option-parser.ts';
import { optionFunctions } from './text/options.ts';
import { printkFunctions } from './text/printk.ts';
import { stringFunctions } from './text/strings.ts';
import { textFormatFunctions } from './text/text-format.ts';
import { wordFunctions } from './text/words.ts';
import { ftraceFunctions } from './tracing/ftrace.ts';
import { kprobeFunctions } from './tracing/kprobes.ts';
import { tracePrintkFunctions } from './tracing/trace-printk.ts';
import { unexportedFunctions } from './unexported.ts';

/**
 * Every modelled kernel function, a table a subsystem. A table is made when it is first looked through: a module that
 * prints and allocates never pays for the others. Tables that most modules need stand first.
 */
export const KERNEL_FUNCTIONS: readonly (() => readonly KernelFunctionRow[])[] = [
  printkFunctions,
  textFormatFunctions,
  stringFunctions,
  numberFunctions,
  optionFunctions,
  slabFunctions,
  duplicateFunctions,
  pageFunctions,
  lockFunctions,
  waitFunctions,
  sleepFunctions,
  completionFunctions,
  timeFunctions,
  timerFunctions,
  workFunctions,
  taskletFunctions,
  kthreadFunctions,
  pidFunctions,
  signalFunctions,
  ttyFunctions,
  notifierFunctions,
  keyTypeFunctions,
  kobjectFunctions,
  sysfsFunctions,
  procFunctions,
  debugfsFunctions,
  seqFileFunctions,
  chardevFunctions,
  deviceFunctions,
  deviceMessageFunctions,
  driverFunctions,
  miscFunctions,
  moduleReferenceFunctions,
  platformFunctions,
  resourceFunctions,
  interruptFunctions,
  filesystemFunctions,
  structureFunctions,
  rbtreeFunctions,
  registrationFunctions,
  kernelFileFunctions,
  kernelServiceFunctions,
  sysctlFunctions,
  kprobeFunctions,
  ftraceFunctions,
  unexportedFunctions,
  checkFunctions,
  credentialFunctions,
  randomFunctions,
  bitFunctions,
  fileServiceFunctions,
  parameterFunctions,
  inputFunctions,
  netdeviceFunctions,
  blockFunctions,
  blockMajorFunctions,
  dmaFunctions,
  skBuffFunctions,
  simpleAttributeFunctions,
  userAccessFunctions,
  userMappingFunctions,
  inodeFunctions,
  dentryFunctions,
  mountFunctions,
  acpiFunctions,
  netlinkFunctions,
  devresFunctions,
  framebufferFunctions,
  cryptoLibraryFunctions,
  pernetFunctions,
  skbQueueFunctions,
  rhashtableFunctions,
  inetFragmentFunctions,
  socketFunctions,
  inetProtocolFunctions,
  shashFunctions,
  rtnetlinkFunctions,
  checksumFunctions,
  scatterlistFunctions,
  bpfFunctions,
  optionParserFunctions,
  socketMessageFunctions,
  escapeFunctions,
  globFunctions,
  wordFunctions,
  uuidFunctions,
  arithmeticFunctions,
  siphashFunctions,
  sortFunctions,
  kfifoFunctions,
  kfifoRecordFunctions,
  slabBulkFunctions,
  tracePrintkFunctions,
  irqWorkFunctions,
  firmwareFunctions,
  bitmapFunctions,
  crossCallFunctions,
  calendarFunctions,
];
