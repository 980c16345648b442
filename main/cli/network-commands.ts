import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Language } from '../contract/accounts.contract.ts';
import type { ListeningAddress, NetworkStatus, ServiceFiles } from '../contract/network.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { errorSentence } from '../../renderer/i18n/error-sentence.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { nodeHostPorts } from '../console/index.ts';
import { serviceFiles } from '../gateway/index.ts';
import { chosenDataFolder } from '../kernel/data-folder/location.ts';
import { throwFileError } from '../kernel/errors.ts';
import type { CommandContext } from './command-context.ts';
import { table } from './output.ts';
import type { Output } from './output.ts';
import type { NetworkCommand } from './parse-network-command.ts';

/** Readable by others: a root certificate is no secret. */
const PUBLIC_MODE = 0o644;

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runNetworkCommand(command: Exclude<NetworkCommand, { kind: 'service-print' }>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const texts = catalogue[language].network;
  switch (command.kind) {
    case 'network-show':
      return show(await client.network.status({}), context);
    case 'network-change':
      return show(await client.network.change(command.change), context);
    case 'certificate-renew':
      return show(await client.network.renewCertificate({ authority: command.authority }), context);
    case 'certificate-export': {
      const root = await client.network.exportRoot({});
      const { file, der } = command;
      if (file === null) {
        process.stdout.write(root.pem);
        return 0;
      }
      const path = resolve(file);
      try {
        writeFileSync(path, der ? Buffer.from(root.derBase64, 'base64') : root.pem, { mode: PUBLIC_MODE });
      } catch (error) {
        throwFileError(error, path);
      }
      output.result({ path, ...root.certificate }, () => fill(texts.cli.exported, { path, fingerprint: root.certificate.fingerprint }));
      return 0;
    }
  }
}

/** What was chosen without a running instance was only tried: it opens with the next start. */
function show(status: NetworkStatus, context: CommandContext): number {
  const { opened, output, language } = context;
  const texts = catalogue[language].network;
  output.result({ ...status, running: opened.remote }, () => {
    const { choice, mode, certificate, listening, warnings } = status;
    const format = createFormatter(language);
    const list = (values: readonly string[]): string => values.join(catalogue[language].common.listSeparator);
    const lines = [
      mode === 'lan' && choice !== null ? fill(texts.cli.open, { addresses: choice.addresses === 'all' ? texts.cli.allAddresses : list(choice.addresses), port: status.port, allow: list(choice.allow) }) : fill(texts.cli.closed, { port: status.port }),
      table(
        [texts.cli.table.address, texts.cli.table.encryption, texts.cli.table.state],
        listening.map((each) => [each.address, each.encrypted ? 'TLS' : texts.cli.plain, stateOf(each, context)]),
      ),
      ...status.baseUrls.map((url) => `  ${url}`),
    ];
    if (mode === 'lan' && certificate !== null && choice?.encryption.kind === 'tls') {
      lines.push(fill(texts.cli.certificate, { end: format.date(certificate.notAfterMs), renew: format.date(certificate.renewAtMs ?? certificate.notAfterMs), names: list(certificate.names) }));
      lines.push(fill(texts.cli.root, { subject: status.authority?.subject, fingerprint: status.authority?.fingerprint }));
    }
    lines.push(...warnings.map((warning) => fill(texts.warnings[warning.kind], { ...warning, ...('notAfterMs' in warning ? { date: format.date(warning.notAfterMs) } : {}) })));
    if (!opened.remote) lines.push(texts.cli.later);
    return lines.join('\n');
  });
  return 0;
}

function stateOf({ state, problem }: ListeningAddress, context: CommandContext): string {
  const { opened, language } = context;
  const texts = catalogue[language].network.states;
  if (!opened.remote && state !== 'missing') return texts.later;
  if (problem === null) return texts[state];
  const { what } = errorSentence(problem, language);
  return `${texts[state]}: ${what}`;
}

/** Needs nobody signed in and no database: whoever sets a service up may have no rights in the data folder. */
export function printServiceFiles({ platform, fileOnly }: Extract<NetworkCommand, { kind: 'service-print' }>, { dataFolder, language, output }: { dataFolder: string | null; language: Language; output: Output }): number {
  const ports = nodeHostPorts({ host: 'cli', dataFolder, servesModels: false });
  const files = serviceFiles({ program: ports.commandLine, dataFolder: ports.fixedDataFolder ?? chosenDataFolder() }, platform);
  if (fileOnly) process.stdout.write(files.text);
  else output.result(files, () => serviceWords(files, language));
  return 0;
}

function serviceWords({ path, text, steps, platform, ofThisMachine }: ServiceFiles, language: Language): string {
  const texts = catalogue[language].network.service;
  const blocks = steps.map(({ id, commands }, index) => [`${index + 1}. ${texts.steps[platform][id]}`, ...commands.map((command) => `   ${command}`)].join('\n'));
  return [...(ofThisMachine ? [] : [texts.example, '']), texts.about[platform], '', ...blocks, '', fill(texts.file, { path }), '', text.trimEnd()].join('\n');
}
