import type { ModinfoField } from './modinfo-field.ts';

/** A parameter as `parm` and `parmtype` describe it. */
export interface ModuleParameterInfo {
  readonly name: string;
  description: string | undefined;
  type: string | undefined;
}

/** The parameters that the fields describe, the one named last in front. A field without `:` is named to `malformed`. */
export function parameterInfos(
  fields: Iterable<ModinfoField>,
  malformed: (key: string, value: string) => void,
): ModuleParameterInfo[] {
  const byName = new Map<string, ModuleParameterInfo>();
  for (const [key, value] of fields) {
    if (key !== 'parm' && key !== 'parmtype') continue;
    const colon = value.indexOf(':');
    if (colon < 0) {
      malformed(key, value);
      continue;
    }
    const name = value.slice(0, colon);
    const info = byName.get(name) ?? { name, description: undefined, type: undefined };
    info[key === 'parm' ? 'description' : 'type'] = value.slice(colon + 1);
    byName.set(name, info);
  }
  return [...byName.values()].reverse();
}

/** A parameter in the listing: `name:description (type)`. */
export function parameterText({ name, description, type }: ModuleParameterInfo): string {
  if (description === undefined) return `${name}:${type}`;
  return type === undefined ? `${name}:${description}` : `${name}:${description} (${type})`;
}

/** A parameter as `-p` shows it: one without description has a blank and its type in parentheses. */
export function parameterFieldText(info: ModuleParameterInfo): string {
  return info.description === undefined ? `${info.name}: (${info.type})` : parameterText(info);
}

/** `key:` padded to 16 columns, and the value. kmod 30 pads a longer key by as much as it is longer. */
export function labelled(key: string, value: string): string {
  return `${key}:${' '.repeat(Math.abs(15 - key.length))}${value}`;
}
