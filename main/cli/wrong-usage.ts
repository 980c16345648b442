/** The words of the command line do not form a command; `detail` says which. */
export class WrongUsage extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'WrongUsage';
  }
}
