import { CompressionError } from '../../compression/compression-error.ts';
import { decompress } from '../../compression/decompress.ts';
import { builtinModinfo } from '../../kmod/builtin-modinfo.ts';
import { readByteString, readBytes } from '../../kmod/files.ts';
import type { KmodContext, KmodModule } from '../../kmod/kmod-module.ts';
import { ModinfoError, moduleFileInfo } from '../../kmod/modinfo.ts';
import { type ModinfoField, modinfoFields } from '../../kmod/modinfo-field.ts';

/**
 * Everything that a module says of itself, in kmod's order: from its file, or for a built-in one from
 * `modules.builtin.modinfo`. Fails with ModinfoError: ENOENT, EINVAL, ENOEXEC.
 */
export async function moduleInfo(context: KmodContext, module: KmodModule): Promise<ModinfoField[]> {
  if (context.isBuiltin(module)) return builtinInfo(context, module.name);
  const path = context.path(module);
  const bytes = path === undefined ? undefined : readBytes(path);
  if (bytes === undefined) throw new ModinfoError('ENOENT');
  return moduleFileInfo(await plain(bytes));
}

function builtinInfo(context: KmodContext, name: string): ModinfoField[] {
  const contents = readByteString(`${context.tree.directory}/modules.builtin.modinfo`);
  if (contents === undefined) throw new ModinfoError('ENOENT');
  const strings = builtinModinfo(contents, name);
  if (strings === undefined) throw new ModinfoError('EINVAL');
  return modinfoFields(strings);
}

async function plain(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await decompress(bytes);
  } catch (error) {
    if (error instanceof CompressionError) throw new ModinfoError('EINVAL');
    throw error;
  }
}
