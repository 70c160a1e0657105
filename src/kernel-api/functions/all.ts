import type { KernelFunctionRow } from '../kernel-function.ts';
import { acpiFunctions } from './acpi.ts';
import { bitFunctions } from './bits.ts';
import { blockFunctions } from './block.ts';
import { blockMajorFunctions } from './block-majors.ts';
import { bpfFunctions } from './bpf.ts';
import { chardevFunctions } from './chardev.ts';
import { checkFunctions } from './checks.ts';
import { checksumFunctions } from './checksums.ts';
import { completionFunctions } from './completions.ts';
import { credentialFunctions } from './credentials.ts';
import { cryptoLibraryFunctions } from './crypto-lib.ts';
import { debugfsFunctions } from './debugfs.ts';
import { dentryFunctions } from './dentries.ts';
import { deviceFunctions } from './device-functions.ts';
import { deviceMessageFunctions } from './device-messages.ts';
import { devresFunctions } from './devres.ts';
import { dmaFunctions } from './dma.ts';
import { driverFunctions } from './driver-functions.ts';
import { fileServiceFunctions } from './file-services.ts';
import { filesystemFunctions } from './filesystems.ts';
import { framebufferFunctions } from './framebuffer.ts';
import { inetFragmentFunctions } from './inet-fragments.ts';
import { inodeFunctions } from './inodes.ts';
import { inputFunctions } from './input.ts';
import { interruptFunctions } from './interrupts.ts';
import { kernelFileFunctions } from './kernel-files.ts';
import { kernelServiceFunctions } from './kernel-services.ts';
import { kobjectFunctions } from './kobject-functions.ts';
import { kthreadFunctions } from './kthread.ts';
import { lockFunctions } from './locks.ts';
import { miscFunctions } from './misc-device.ts';
import { moduleReferenceFunctions } from './module-references.ts';
import { mountFunctions } from './mounts.ts';
import { netdeviceFunctions } from './netdevice.ts';
import { netlinkFunctions } from './netlink.ts';
import { notifierFunctions } from './notifiers.ts';
import { numberFunctions } from './numbers.ts';
import { optionParserFunctions } from './option-parser.ts';
import { pageFunctions } from './pages.ts';
import { parameterFunctions } from './parameters.ts';
import { pernetFunctions } from './pernet.ts';
import { platformFunctions } from './platform.ts';
import { printkFunctions } from './printk.ts';
import { procFunctions } from './procfs.ts';
import { randomFunctions } from './random.ts';
import { rbtreeFunctions } from './rbtree.ts';
import { registrationFunctions } from './registrations.ts';
import { resourceFunctions } from './resources.ts';
import { rhashtableFunctions } from './rhashtable.ts';
import { rtnetlinkFunctions } from './rtnetlink.ts';
import { scatterlistFunctions } from './scatterlist.ts';
import { seqFileFunctions } from './seq-file.ts';
import { shashFunctions } from './shash.ts';
import { simpleAttributeFunctions } from './simple-attr.ts';
import { skBuffFunctions } from './sk-buff.ts';
import { skbQueueFunctions } from './skb-queues.ts';
import { slabFunctions } from './slab.ts';
import { sleepFunctions } from './sleeping.ts';
import { socketMessageFunctions } from './socket-messages.ts';
import { socketFunctions } from './sockets.ts';
import { stringFunctions } from './strings.ts';
import { structureFunctions } from './structures.ts';
import { sysctlFunctions } from './sysctl.ts';
import { sysfsFunctions } from './sysfs.ts';
import { taskletFunctions } from './tasklets.ts';
import { textFormatFunctions } from './text-format.ts';
import { timeFunctions } from './time.ts';
import { timerFunctions } from './timers.ts';
import { ttyFunctions } from './tty.ts';
import { userAccessFunctions } from './uaccess.ts';
import { unexportedFunctions } from './unexported.ts';
import { waitFunctions } from './waits.ts';
import { workFunctions } from './work.ts';

/**
 * Every modelled kernel function, a table a subsystem. A table is made when it is first looked through: a module that
 * prints and allocates never pays for the others. Tables that most modules need stand first.
 */
export const KERNEL_FUNCTIONS: readonly (() => readonly KernelFunctionRow[])[] = [
  printkFunctions,
  textFormatFunctions,
  stringFunctions,
  numberFunctions,
  slabFunctions,
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
  ttyFunctions,
  notifierFunctions,
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
  shashFunctions,
  rtnetlinkFunctions,
  checksumFunctions,
  scatterlistFunctions,
  bpfFunctions,
  optionParserFunctions,
  socketMessageFunctions,
];
