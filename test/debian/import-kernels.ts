import { readFileSync } from 'node:fs';
import { decompress } from '../../src/compression/decompress.ts';
import { memorySource } from '../../src/profile/container/byte-source.ts';
import { importKernel } from '../../src/profile/import/import-kernel.ts';
import type { KernelExport, KernelProfile } from '../../src/profile/kernel-profile.ts';
import { readProfile } from '../../src/profile/read-profile.ts';

/**
 * `import-kernels.ts VMLINUZ MODULE_SYMVERS [VMLINUZ MODULE_SYMVERS…]`: imports each kernel from its image alone and
 * compares exports, CRCs, licences and namespaces with all rows of vmlinux in the headers' Module.symvers. Exit status 1
 * when one differs.
 */
async function main(files: readonly string[]): Promise<number> {
  if (files.length === 0 || files.length % 2 !== 0) throw new Error('usage: import-kernels.ts VMLINUZ MODULE_SYMVERS…');
  let differences = 0;
  for (let i = 0; i < files.length; i += 2) differences += await compareKernel(files[i]!, files[i + 1]!);
  return differences === 0 ? 0 : 1;
}

async function compareKernel(vmlinuz: string, symvers: string): Promise<number> {
  const start = performance.now();
  const { bytes } = await importKernel({ image: readFileSync(vmlinuz) }, decompress);
  const seconds = (performance.now() - start) / 1000;
  const profile = readProfile(memorySource(bytes));
  const rows = readRows(symvers);
  const wrong = rows.filter((row) => !agrees(row, profile.exports.find(row.name)));
  for (const { name } of wrong.slice(0, 10)) console.log(`${profile.release}: ${name} differs`);
  const extra = profile.exports.count - rows.length;
  console.log(
    `${profile.release}: ${rows.length} rows of vmlinux, ${wrong.length} differ, ${extra} exports not listed; ` +
      `${describe(profile)}; imported in ${seconds.toFixed(1)} s`,
  );
  return wrong.length + Math.abs(extra);
}

function describe(profile: KernelProfile): string {
  const size = profile.layout('module')?.size;
  return `vermagic '${profile.vermagic}', ${profile.certificates.length} certificates, struct module ${size ?? 'unknown'}`;
}

type Row = Omit<KernelExport, 'address'>;

/** Read here anew, so that the importer's own reader is not its judge. */
function readRows(path: string): Row[] {
  return readFileSync(path, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , owner]) => owner === 'vmlinux')
    .map(([crc, name, , kind, namespace]) => ({
      name: name!,
      crc: Number(crc),
      gplOnly: kind === 'EXPORT_SYMBOL_GPL',
      namespace: namespace ?? '',
    }));
}

function agrees(row: Row, found: KernelExport | undefined): boolean {
  return (
    found !== undefined && found.crc === row.crc && found.gplOnly === row.gplOnly && found.namespace === row.namespace
  );
}

process.exitCode = await main(process.argv.slice(2));
