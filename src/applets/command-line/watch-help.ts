/** Our own options of insmod and modprobe, for their help: {@link takeWatchOptions} of watch-options.ts reads them. */
export const WATCH_HELP = `
Of kobox, in front of the others:
	--explain     say why a module was refused, and what to do next
	--trace [-v]  show the load stage by stage; -v: each relocation too
	--json        the same as JSON
`;
