/** The user's input cannot be used. The message is one line fit for the user, without the program's name. */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InputError';
  }
}
