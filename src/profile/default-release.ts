/** Release of the kernel whose profile comes with the package. */
export const DEFAULT_RELEASE = '6.1.0-56-amd64';
