import { closeSync, openSync, readFileSync } from 'node:fs';
import { CompressionError, NotDecoded } from '../../compression/compression-error.ts';
import { hasElfMagic } from '../../elf/elf-form.ts';
import { isErrnoException } from '../../host/errno-exception.ts';
import { FileSource, MemorySource, readPiece } from '../../kmod/depmod/section-source.ts';
import { hostPath, readByteString } from '../../kmod/files.ts';
import type { KmodContext, KmodModule } from '../../kmod/kmod-module.ts';
import { builtinModinfo } from '../../kmod/modinfo/builtin-modinfo.ts';
import { ModinfoError, moduleFileInfo } from '../../kmod/modinfo/modinfo.ts';
import { type ModinfoField, modinfoField } from '../../kmod/modinfo/modinfo-field.ts';
import { InputError } from '../command-line/input-error.ts';

/** Length of an ELF file's magic number. */
const MAGIC_LENGTH = 4;

/**
 * Everything that a module says of itself, in kmod's order: from its file, or for a built-in one from
 * `modules.builtin.modinfo`. Fails with ModinfoError.
 */
export async function moduleInfo(context: KmodContext, module: KmodModule): Promise<Iterable<ModinfoField>> {
  if (context.isBuiltin(module)) return builtinInfo(context, module.name);
  const path = context.path(module);
  if (path === undefined) throw new ModinfoError('ENOENT');
  try {
    return await fileInfo(path);
  } catch (error) {
    if (error instanceof NotDecoded) throw new InputError(`${path}: ${error.message}`);
    if (error instanceof CompressionError) throw new ModinfoError('EINVAL');
    throw isErrnoException(error) ? new ModinfoError(error.code) : error;
  }
}

async function fileInfo(path: string): Promise<Iterable<ModinfoField>> {
  const descriptor = openSync(hostPath(path), 'r');
  try {
    const source = new FileSource(descriptor);
    const start = readPiece(source, 0, Math.min(source.size, MAGIC_LENGTH));
    if (hasElfMagic(start)) return moduleFileInfo(source);
    const { decompress } = await import('../../compression/decompress.ts');
    return moduleFileInfo(new MemorySource(await decompress(readFileSync(descriptor))));
  } finally {
    closeSync(descriptor);
  }
}

function builtinInfo(context: KmodContext, name: string): ModinfoField[] {
  const contents = readByteString(`${context.tree.directory}/modules.builtin.modinfo`);
  if (contents === undefined) throw new ModinfoError('ENOENT');
  const strings = builtinModinfo(contents, name);
  if (strings === undefined) throw new ModinfoError('EINVAL');
  return strings.map(modinfoField);
}
