import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { signatureCrypto } from '../../src/host/signature-crypto.ts';
import { openDefaultProfile, openProfile } from '../../src/profile/open-profile.ts';
import { kernelVerifier } from '../../src/signature/kernel-verifier.ts';
import { loadTree } from './load-tree.ts';
import { allAgree, modversionText } from './modversions.ts';
import { countSections, type RealLayout } from './real-layout.ts';

/**
 * `main.ts MODULE_TREE LAYOUTS.json.gz [PROFILE]`: loads all modules of a distribution's tree and prints the figures.
 * Exit status 1 when a module was refused or its signature not verified, a CRC or a layout differs.
 */
function main([root, layoutFile, profileFile]: readonly (string | undefined)[]): number {
  if (!root || !layoutFile) throw new Error('usage: main.ts MODULE_TREE LAYOUTS.json.gz [PROFILE]');
  const profile = profileFile ? openProfile(profileFile) : openDefaultProfile();
  const layouts = new Map<string, RealLayout>(
    Object.entries(JSON.parse(gunzipSync(readFileSync(layoutFile)).toString('latin1'))),
  );
  const verifier = profile.certificates.length > 0 ? kernelVerifier(signatureCrypto, () => []) : undefined;
  const report = loadTree(root, profile, layouts, verifier);
  for (const line of [...report.refused, ...report.differences]) console.log(line);
  console.log(
    `kernel ${profile.release}: ${report.modules} modules, ${report.loaded} loaded, ${report.verified} signatures verified`,
  );
  console.log(modversionText(report.modversions));
  console.log(
    `unknown symbols ${report.unknownSymbols}, CRC mismatches ${report.crcMismatches}, ` +
      `relocation errors ${report.relocationErrors}`,
  );
  const sections = countSections(layouts.values());
  console.log(
    `layouts compared with the real kernel: ${report.compared} modules, ${sections} sections, ` +
      `${report.differences.length} differences`,
  );
  console.log(`init_module: ${(report.milliseconds / 1000).toFixed(1)} s; slowest: ${report.slowest.join(', ')}`);
  const allVerified = verifier === undefined || report.verified === report.modules;
  const allLoaded = report.loaded === report.modules && allAgree(report.modversions);
  return allLoaded && allVerified && report.differences.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
