/** Another process, or this one, has the log's directory open. */
export class LogInUseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LogInUseError';
  }
}
