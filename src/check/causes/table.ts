import type { CauseRule } from '../diagnosis.ts';
import { fileForm } from './file-form.ts';
import { initRefused } from './init-refused.ts';
import { alreadyLoaded, blacklisted, builtIn, duplicateExport, missingVersions, writableCode } from './loader-state.ts';
import { namespace } from './namespace.ts';
import { parameter } from './parameter.ts';
import { relocation } from './relocation.ts';
import { signature } from './signature.ts';
import { structVersion } from './struct-version.ts';
import { symbolVersion } from './symbol-version.ts';
import { thisModule } from './this-module.ts';
import { typeInformation } from './type-information.ts';
import { gplOnlySymbol, unknownSymbol } from './unknown-symbol.ts';
import { vermagic } from './vermagic.ts';

/** All rules, in the order of the loader's stages. Each says nothing where it does not apply. */
export const CAUSE_RULES: readonly CauseRule[] = [
  signature,
  thisModule,
  fileForm,
  blacklisted,
  structVersion,
  vermagic,
  writableCode,
  alreadyLoaded,
  missingVersions,
  gplOnlySymbol,
  namespace,
  symbolVersion,
  unknownSymbol,
  relocation,
  duplicateExport,
  typeInformation,
  parameter,
  builtIn,
  initRefused,
];
