/** What libkmod itself says: the function that says it, the text without its line end, and the syslog priority (3: error). */
export type LibraryLog = (place: LibraryPlace, text: string, priority?: 3 | 6) => void;

/**
 * Where libkmod 30 (as Debian builds it, with file and line in its messages) says something.
 * Source: kmod 30, libkmod/*.c.
 */
export const LIBRARY_PLACES = {
  kmod_config_parse: '../libkmod/libkmod-config.c:712',
  kmod_config_parse_deprecated: '../libkmod/libkmod-config.c:708',
  kcmdline_parse_result: '../libkmod/libkmod-config.c:489',
  conf_files_filter_out: '../libkmod/libkmod-config.c:772',
  conf_files_list: '../libkmod/libkmod-config.c:868',
  kmod_config_new: '../libkmod/libkmod-config.c:936',
  kmod_module_new_from_path: '../libkmod/libkmod-module.c:428',
  kmod_module_parse_depline: '../libkmod/libkmod-module.c:191',
  kmod_module_remove_module: '../libkmod/libkmod-module.c:856',
  kmod_module_insert_module: '../libkmod/libkmod-module.c:895',
  command_do: '../libkmod/libkmod-module.c:1047',
  lookup_softdep: '../libkmod/libkmod-module.c:1567',
  kmod_module_get_holders: '../libkmod/libkmod-module.c:1998',
} as const;

/** A function of libkmod that can say something. */
export type LibraryPlace = keyof typeof LIBRARY_PLACES;

/** The function's own name: `kmod_config_parse_deprecated` is a second message of `kmod_config_parse`. */
export function libraryFunction(place: LibraryPlace): string {
  return place.replace(/_deprecated$/, '');
}
