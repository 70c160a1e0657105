import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BusyboxDatabase } from '../../../src/applets/modprobe/busybox-database.ts';
import { ToolExit } from '../../../src/applets/output/kmod-log.ts';
import { CompressionError } from '../../../src/compression/compression-error.ts';
import { decompress } from '../../../src/compression/decompress.ts';
import { signatureCrypto } from '../../../src/host/signature-crypto.ts';
import { createKernel } from '../../../src/kernel/create-kernel.ts';
import { KernelError } from '../../../src/kernel/kernel-error.ts';
import { skippingRunner } from '../../../src/kernel/skipping-runner.ts';
import { initModule } from '../../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../../src/kernel/task-killed.ts';
import { emptyConfig } from '../../../src/kmod/config/config.ts';
import { parseConfig } from '../../../src/kmod/config/config-parse.ts';
import { loadDepmodConfig } from '../../../src/kmod/depmod/depmod-config.ts';
import type { DepmodLog } from '../../../src/kmod/depmod/depmod-log.ts';
import { readSymvers, readSystemMap } from '../../../src/kmod/depmod/kernel-symbols.ts';
import { ModuleFacts } from '../../../src/kmod/depmod/module-facts.ts';
import { ModuleFormatError } from '../../../src/kmod/depmod/module-sections.ts';
import { ModuleReader } from '../../../src/kmod/depmod/read-module.ts';
import { MemorySource } from '../../../src/kmod/depmod/section-source.ts';
import { IndexError, openIndex } from '../../../src/kmod/index/index-file.ts';
import { writeIndex } from '../../../src/kmod/index/index-writer.ts';
import { ModinfoError, moduleFileInfo, openModuleElf } from '../../../src/kmod/modinfo/modinfo.ts';
import { exportedVersions, wantedVersions } from '../../../src/kmod/modinfo/module-versions.ts';
import { parseShellCommand } from '../../../src/kmod/probe/shell-command.ts';
import { memorySource } from '../../../src/profile/container/byte-source.ts';
import { importKernel } from '../../../src/profile/import/import-kernel.ts';
import type { KernelProfile } from '../../../src/profile/kernel-profile.ts';
import { ProfileError } from '../../../src/profile/profile-error.ts';
import { readProfile } from '../../../src/profile/read-profile.ts';
import { kernelVerifier } from '../../../src/signature/kernel-verifier.ts';
import { parsePkcs7Message } from '../../../src/signature/pkcs7-message.ts';
import { parseCertificate } from '../../../src/signature/x509-certificate.ts';
import { FILES } from '../../compression/compressed-files.ts';
import { buildBtf, POINT } from '../../profile/build-btf.ts';
import { buildKernel, EXPORTS, TODAY } from '../../profile/build-kernel.ts';

/** A reader of bytes from strangers. */
export interface FuzzTarget {
  readonly name: string;
  /** Good files. */
  readonly seeds: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array) => unknown;
  /** The errors by which it may refuse. */
  readonly errors: readonly (new (
    ...words: never[]
  ) => Error)[];
}

const MODULES = 'test/scenarios/modules';
const LIMIT = 1 << 20;
const UNPACKED = 1 << 24;
const silent = () => undefined;
const silentLog: DepmodLog = {
  error: silent,
  warning: silent,
  info: silent,
  show: silent,
  fatal: (text) => {
    throw new ToolExit(text.length > 0 ? 1 : 2);
  },
};
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (...texts: string[]): Uint8Array[] => texts.map((text) => new Uint8Array(Buffer.from(text, 'latin1')));

/** All readers. `scratch` is a directory for those that take a path. */
export async function fuzzTargets(profile: KernelProfile, scratch: string): Promise<FuzzTarget[]> {
  const modules = readdirSync(MODULES)
    .filter((name) => name.endsWith('.ko'))
    .map((name) => new Uint8Array(readFileSync(join(MODULES, name))));
  const path = join(scratch, 'input');
  const asFile = (read: (path: string) => unknown) => (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    return read(path);
  };
  return [
    ...moduleTargets(profile, modules, asFile),
    ...signatureTargets(profile, modules),
    ...textTargets(asFile),
    ...(await kernelTargets()),
    { name: 'index', seeds: INDEXES, read: readWholeIndex, errors: [IndexError] },
    {
      name: 'compressed',
      seeds: Object.values(FILES),
      read: (bytes) => decompress(bytes, LIMIT),
      errors: [CompressionError],
    },
  ];
}

type AsFile = (read: (path: string) => unknown) => FuzzTarget['read'];

function moduleTargets(profile: KernelProfile, seeds: readonly Uint8Array[], asFile: AsFile): FuzzTarget[] {
  const verifier = kernelVerifier(signatureCrypto, () => []);
  const load = (bytes: Uint8Array) => {
    const kernel = createKernel(profile, skippingRunner, () => 0);
    kernel.verifySignature = verifier;
    return initModule(kernel, bytes, '', { uid: 0 });
  };
  const versions = (bytes: Uint8Array) => {
    const elf = openModuleElf(bytes);
    return [wantedVersions(elf), exportedVersions(elf)];
  };
  return [
    { name: 'init_module', seeds, read: load, errors: [TaskKilled] },
    {
      name: 'modinfo',
      seeds,
      read: (bytes) => [...moduleFileInfo(new MemorySource(Buffer.from(bytes)))],
      errors: [ModinfoError, ModuleFormatError],
    },
    { name: 'versions', seeds, read: versions, errors: [ModinfoError, ModuleFormatError] },
    {
      name: 'depmod',
      seeds,
      read: asFile((path) => new ModuleReader(new ModuleFacts(), true).read(path)),
      errors: [],
    },
  ];
}

/** A signed module ends with the message, 12 bytes about it, and the marker. */
const TRAILER = 12 + '~Module signature appended~\n'.length;

function signatureTargets(profile: KernelProfile, modules: readonly Uint8Array[]): FuzzTarget[] {
  const signed = modules.filter((bytes) => latin1(bytes.subarray(-2)) === '~\n');
  const messages = signed.map((bytes) => {
    const length = Buffer.from(bytes).readUInt32BE(bytes.length - TRAILER + 8);
    return bytes.slice(bytes.length - TRAILER - length, bytes.length - TRAILER);
  });
  return [
    { name: 'PKCS#7', seeds: messages, read: (bytes) => parsePkcs7Message(bytes, silent), errors: [KernelError] },
    { name: 'X.509', seeds: profile.certificates, read: parseCertificate, errors: [KernelError] },
  ];
}

const INDEXES = [
  writeIndex([
    { key: 'pci:v8086d*', value: 'e1000', priority: 3 },
    { key: 'pci:v8086d12[34]', value: 'e1000e', priority: 1 },
    { key: 'usb:v?p1d*', value: 'hello', priority: 2 },
  ]),
];

function readWholeIndex(bytes: Uint8Array): void {
  const index = openIndex(bytes, 'modules.alias.bin');
  index.search('pci:v8086d123');
  index.searchWildcard('pci:v8086d123');
  let left = 100_000;
  for (const _row of index.dump()) if (left-- === 0) return;
}

const MODPROBE = bytesOf(
  'alias a* hello\noptions hello a=1 b="x y"\nblacklist math\nsoftdep hello pre: math post: calc\ninstall x true && \\\n modprobe y\nremove x { false; }\nweakdep a b\nmask z\n',
);
const DEPMOD = bytesOf(
  'search updates built-in external\noverride a * extra\nexternal 6.* /x\nexclude y\nmake_map_files no\n',
);
const SYMVERS = bytesOf('0x92997ed8\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n0x1\tx\tdrivers/y\tEXPORT_SYMBOL_GPL\tNS\n');
const SYSTEM_MAP = bytesOf('ffffffff81000000 T _text\nffffffff81000010 r __crc_x\nffffffff82000000 D y\n');
const CONFIG = bytesOf('CONFIG_X86_64=y\nCONFIG_MODVERSIONS=y\n# CONFIG_SMP is not set\nCONFIG_CC="x y"\n');

function textTargets(asFile: AsFile): FuzzTarget[] {
  const texts = {
    dependencies: bytesOf('kernel/a.ko: kernel/b.ko kernel/c.ko\nkernel/b.ko:\n'),
    aliases: bytesOf('# x\nalias pci:v* hello\nalias symbol:x math\n'),
  };
  const database = (read: (database: BusyboxDatabase, path: string) => unknown) =>
    asFile((path) => {
      const made = new BusyboxDatabase(silent);
      made.entry('hello');
      return read(made, path);
    });
  return [
    {
      name: 'modprobe.d, modules.softdep',
      seeds: MODPROBE,
      read: (bytes) => parseConfig(emptyConfig(), latin1(bytes), 'x', silent),
      errors: [],
    },
    { name: 'install', seeds: MODPROBE, read: (bytes) => parseShellCommand(latin1(bytes), {}), errors: [] },
    {
      name: 'modules.dep',
      seeds: texts.dependencies,
      read: database((made, path) => made.readDependencies(path, () => false)),
      errors: [],
    },
    {
      name: 'modules.alias, modules.symbols',
      seeds: texts.aliases,
      read: database((made, path) => made.readConfig(path)),
      errors: [],
    },
    {
      name: 'depmod.d',
      seeds: DEPMOD,
      read: asFile((path) => loadDepmodConfig([path], '6.1.0', silentLog)),
      errors: [ToolExit],
    },
    { name: 'depmod -E', seeds: SYMVERS, read: asFile((path) => readSymvers(path, '', silentLog)), errors: [] },
    { name: 'depmod -F', seeds: SYSTEM_MAP, read: asFile((path) => readSystemMap(path, '', silentLog)), errors: [] },
  ];
}

async function kernelTargets(): Promise<FuzzTarget[]> {
  const unpack = (bytes: Uint8Array) => decompress(bytes, UNPACKED);
  const [symvers, config] = [SYMVERS, CONFIG].map(([seed]) => latin1(seed!));
  const errors = [ProfileError, CompressionError];
  const image = buildKernel(TODAY, EXPORTS, [{ name: '.BTF', address: 4096, content: buildBtf(POINT) }]);
  const from = (sources: (text: string) => Parameters<typeof importKernel>[0]) => (bytes: Uint8Array) =>
    importKernel(sources(latin1(bytes)), unpack);
  const { bytes: made } = await importKernel({ image }, unpack);
  return [
    {
      name: 'vmlinux with BTF, vmlinuz',
      seeds: [image, new Uint8Array(gzipSync(image))],
      read: (bytes) => importKernel({ image: bytes }, unpack),
      errors,
    },
    {
      name: 'Module.symvers',
      seeds: SYMVERS,
      read: from((text) => ({ symvers: text, config, release: '6.1.0' })),
      errors,
    },
    { name: '.config', seeds: CONFIG, read: from((text) => ({ symvers, config: text, release: '6.1.0' })), errors },
    {
      name: 'System.map',
      seeds: SYSTEM_MAP,
      read: from((text) => ({ symvers, config, systemMap: text, release: '6.1.0' })),
      errors,
    },
    { name: 'profile', seeds: [made], read: (bytes) => readProfile(memorySource(bytes)), errors },
  ];
}

/** A directory for targets that read files, and its removal. */
export function scratchDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'kobox-fuzz-'));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
