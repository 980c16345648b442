import { spawn } from 'node:child_process';

/** Opens a URL in the system's browser. Without one (a server in a rack) nothing happens: the URL was printed. */
export function openInBrowser(url: string): void {
  const [command, args] =
    process.platform === 'win32'
      ? (['rundll32', ['url.dll,FileProtocolHandler', url]] as const)
      : process.platform === 'darwin'
        ? (['open', [url]] as const)
        : (['xdg-open', [url]] as const);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // no opener installed: the printed line is enough
  child.unref();
}
