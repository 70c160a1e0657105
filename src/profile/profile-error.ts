/** A kernel image, profile file, BTF blob or list that cannot be used. The message is one line fit for the user. */
export class ProfileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProfileError';
  }
}
