import { S_IWUGO } from '../abi/file-mode.ts';
import { moduleUevent, WRITABLE_FILES, type WritableFile } from '../kernel/files/builtin-sysfs.ts';
import { parameterPath, parameterText } from '../kernel/files/sysfs.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Module, ModuleParameter } from '../kernel/module.ts';
import { findModule } from '../kernel/module-references.ts';
import { isSetByModule, setParameter } from '../kernel/params/params.ts';
import { readDrawn } from './draw-file.ts';
import { hostPath } from './root-paths.ts';
import type { WrittenFiles } from './written-files.ts';

/** A text that somebody wrote into a file of proc/ or sys/ since the last command, and what the kernel does with it. */
export interface PendingWrite {
  /** Milliseconds, by the clock of the file system. */
  readonly time: number;
  /** The module's own code takes it. */
  readonly needsRunner: boolean;
  /** The module whose parameter it is. */
  readonly module: Module | undefined;
  /** What was only emptied is not a write. */
  readonly apply: () => void;
}

/** What one write(2) hands over at most: a page, fs/kernfs/file.c. */
const WRITE_SIZE = 4096;
/** Time stamps of a file system may lag behind by some ticks. */
const CLOCK_MARGIN = 50;

/**
 * The writes that nobody has carried out yet, in the order in which they were made. Reads only files changed after
 * `scanned` (milliseconds). `earlier`: states that files may still show, because a killed command did not come to draw
 * the newest; what they show was written by nobody.
 */
export function pendingWrites(
  root: string,
  kernel: Kernel,
  scanned: number,
  files: WrittenFiles,
  earlier: readonly Kernel[] = [],
): PendingWrite[] {
  const found: PendingWrite[] = [];
  const scan = { root, scanned, files, earlier };
  const take = (file: WritableFile, module?: Module) => {
    const written = findWrite(scan, file.path, () => [kernel, ...earlier].map(file.show));
    if (!written) return;
    const apply = () => written.text === '' || file.store(kernel, written.text);
    found.push({ time: written.time, needsRunner: false, module, apply });
  };
  for (const file of WRITABLE_FILES) take(file);
  for (const module of kernel.modules) {
    const uevent = moduleUevent(module);
    if (!uevent) continue;
    take(uevent, module);
    found.push(...parameterWrites(scan, kernel, module));
  }
  return found.sort((a, b) => a.time - b.time);
}

function parameterWrites(scan: Scan, kernel: Kernel, module: Module): PendingWrite[] {
  return module.parameters.flatMap((parameter: ModuleParameter) => {
    const path = parameter.permissions & S_IWUGO ? parameterPath(module, parameter) : undefined;
    if (path === undefined) return [];
    const written = findWrite(scan, path, () => [
      parameterText(kernel, module, parameter),
      ...scan.earlier.flatMap((other) => shownParameter(other, module.name, parameter.name)),
    ]);
    if (!written) return [];
    const { time, text } = written;
    const needsRunner = isSetByModule(kernel, parameter);
    const apply = () => text === '' || setParameter(kernel, module, parameter, { text: cString(text) });
    return [{ time, needsRunner, module, apply }];
  });
}

/** `kernfs_fop_write_iter`: what is written is a C string. */
function cString(text: string): string {
  return text.split('\0', 1)[0]!;
}

/** What a state shows of a parameter; nothing when it has no such parameter. */
function shownParameter(kernel: Kernel, name: string, parameterName: string): (string | undefined)[] {
  const module = findModule(kernel, name);
  const parameter = module?.parameters.find((row) => row.name === parameterName);
  return module && parameter ? [parameterText(kernel, module, parameter)] : [];
}

interface Scan {
  readonly root: string;
  readonly scanned: number;
  readonly files: WrittenFiles;
  readonly earlier: readonly Kernel[];
}

interface Written {
  readonly time: number;
  readonly text: string;
}

/** A text that no state shows; where one cannot be told what it shows, nothing. */
function findWrite(
  { root, scanned, files }: Scan,
  path: string,
  shown: () => readonly (string | undefined)[],
): Written | undefined {
  const place = hostPath(root, path);
  const found = files.look(place);
  if (!found?.isFile() || found.mtimeMs < scanned - CLOCK_MARGIN) return undefined;
  const text = readDrawn(place);
  if (text === undefined || shown().some((expected) => text === (expected ?? text))) return undefined;
  return { time: found.mtimeMs, text: text.slice(0, WRITE_SIZE) };
}
