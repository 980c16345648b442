import { ExpectedError } from '../../kernel/errors.ts';
import type { SaveFile } from '../../kernel/files.ts';
import type { Implementer } from '../../kernel/router-base.ts';
import type { NetworkService } from './network.service.ts';

/** `network.*` of the contract. */
export function networkRouter(os: Implementer, network: () => NetworkService, saveFile: SaveFile | null) {
  return {
    status: os.network.status.handler(() => network().status()),
    interfaces: os.network.interfaces.handler(() => network().interfaces()),
    change: os.network.change.handler(({ input, context }) => network().change(context.interaction, input)),
    exportRoot: os.network.exportRoot.handler(({ context }) => network().exportRoot(context.interaction)),
    saveRoot: os.network.saveRoot.handler(({ context }) => {
      if (saveFile === null) throw new ExpectedError('WRONG_INPUT', { issues: [{ path: 'host', message: 'no file dialog' }] });
      return network().saveRoot(context.interaction, saveFile);
    }),
    renewCertificate: os.network.renewCertificate.handler(({ input, context }) => network().renewCertificate(context.interaction, input)),
    serviceFiles: os.network.serviceFiles.handler(({ input }) => network().serviceFiles(input.platform)),
  };
}
