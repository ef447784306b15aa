/** Something that the user can mend: told as one line, without a stack. */
export class UserError extends Error {
  constructor(
    message: string,
    /** 2: wrong usage. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
    this.name = 'UserError';
  }
}
