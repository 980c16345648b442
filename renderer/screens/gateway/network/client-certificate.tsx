import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { ExportedRoot } from '../../../../main/contract/network.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { useSession } from '../../../state/session.ts';
import { useViewState } from '../../../state/view-state.ts';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { CLIENT_SYSTEMS, clientCommands } from './client-commands.ts';
import type { ClientSystem } from './client-commands.ts';
import classes from './network.module.css';

interface ClientCertificateProps {
  /** Shown to compare by; null before there is a root: saving it makes one. */
  fingerprint: string | null;
  hostName: string;
  /** With which a client would try it. */
  baseUrl: string;
}

/** The root certificate as a file, and how each kind of client is made to trust it. */
export function ClientCertificate({ fingerprint, hostName, baseUrl }: ClientCertificateProps) {
  const { t } = useTexts();
  const [system, setSystem] = useViewState<ClientSystem>('network/client', 'windows');
  const [shown, setShown] = useState(fingerprint);
  // The desktop's window lets no file out: there the main process asks where to keep it.
  const downloads = useSession((state) => state.status?.host) === 'console';
  const save = useCommand(async (form: 'pem' | 'der') => {
    if (!downloads) {
      const { path } = await client.network.saveRoot({});
      showToast({ message: t('network.clients.savedAt', { path }) });
      return;
    }
    const root = await client.network.exportRoot({});
    setShown(root.certificate.fingerprint);
    showToast({ message: t('network.clients.saved', { file: hand(root, form) }) });
  });
  return (
    <div className={classes['stack']}>
      <p className={classes['dim']}>{t('network.clients.lead')}</p>
      <div className={classes['buttons']}>
        <Button leftSection={<IconDownload size={18} aria-hidden />} loading={save.running} onClick={() => void save.run('pem')}>
          {t('network.clients.download')}
        </Button>
        {downloads && (
          <Button variant="default" disabled={save.running} onClick={() => void save.run('der')}>
            {t('network.clients.downloadDer')}
          </Button>
        )}
      </div>
      <ErrorNotice error={save.error} />
      {(shown ?? fingerprint) !== null && (
        <p className={classes['dim']}>
          {t('network.certificate.fingerprint')}
          <br />
          <code className={classes['fingerprint']}>{shown ?? fingerprint}</code>
          <br />
          {t('network.certificate.fingerprintHelp')}
        </p>
      )}
      <SegmentedControl
        aria-label={t('network.clients.tabs')}
        value={system}
        onChange={(next) => setSystem(next as ClientSystem)}
        data={CLIENT_SYSTEMS.map((each) => ({ value: each, label: t(`network.clients.systems.${each}`) }))}
        maw="100%"
      />
      <p className={classes['dim']}>{t(`network.clients.how.${system}`)}</p>
      <CodeBlock label={t(`network.clients.systems.${system}`)} code={clientCommands(system, { file: `modelward-root-${hostName}.pem`, baseUrl })} />
    </div>
  );
}

/** Hands the certificate to the browser as a file; its name. */
function hand({ fileName, pem, derBase64 }: ExportedRoot, form: 'pem' | 'der'): string {
  const bytes = form === 'pem' ? pem : Uint8Array.from(atob(derBase64), (character) => character.codePointAt(0) ?? 0);
  const address = URL.createObjectURL(new Blob([bytes], { type: form === 'pem' ? 'application/x-pem-file' : 'application/pkix-cert' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${fileName}.${form === 'pem' ? 'pem' : 'cer'}`;
  link.click();
  URL.revokeObjectURL(address);
  return link.download;
}
