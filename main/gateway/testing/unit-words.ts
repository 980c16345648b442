/** The words of ExecStart= of a systemd unit, taken apart as systemd.syntax(7) and systemd.service(5) say. Specifiers such as %d stay. */
export function wordsOfUnit(text: string): string[] {
  const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? '';
  return Array.from(line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g), ([, quoted, bare]) =>
    (quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1')).replaceAll('$$', '$').replaceAll('%%', '%'),
  );
}
