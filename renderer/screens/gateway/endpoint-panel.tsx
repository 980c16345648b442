import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useState } from 'react';
import type { GatewayStatus } from '../../../main/contract/gateway.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { setQueryData } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { showToast } from '../../ui/toast.tsx';
import classes from './gateway.module.css';

const LOWEST_PORT = 1024;
const HIGHEST_PORT = 65_535;

/** Address of the endpoint, whether it runs, and its port. */
export function EndpointPanel({ status }: { status: GatewayStatus }) {
  const { t } = useTexts();
  const mayManage = useMay('gateway.manage');
  const [changing, setChanging] = useState(false);
  const tryAgain = useCommand(async () => setQueryData('gateway/status', await client.gateway.setPort({ port: status.port })));
  const change = (
    <Button variant="default" onClick={() => setChanging(true)}>
      {t('gateway.endpoint.changePort')}
    </Button>
  );
  const waysOut = (
    <>
      {change}
      <Button variant="default" loading={tryAgain.running} onClick={() => void tryAgain.run()}>
        {t('common.retry')}
      </Button>
    </>
  );
  return (
    <Panel
      title={t('gateway.endpoint.title')}
      actions={<StatusBadge tone={status.running ? 'fine' : 'act'} label={t(status.running ? 'gateway.endpoint.running' : 'gateway.endpoint.down')} />}
    >
      {status.problem !== null && (
        <div className={classes['problem']}>
          <ErrorNotice error={tryAgain.error ?? status.problem} {...(mayManage ? { actions: waysOut } : {})} />
        </div>
      )}
      <p className={classes['label']}>{t('gateway.endpoint.baseUrl')}</p>
      <div className={classes['endpoint']}>
        <CopyField label={t('gateway.endpoint.baseUrl')} value={status.baseUrl} />
        {mayManage && status.problem === null && <div>{change}</div>}
      </div>
      <p className={classes['note']}>{t('gateway.endpoint.only')}</p>
      {mayManage && <PortDialog key={`${status.port} ${status.running}`} opened={changing} status={status} onClose={() => setChanging(false)} />}
    </Panel>
  );
}

function PortDialog({ opened, status: { port, running }, onClose }: { opened: boolean; status: GatewayStatus; onClose: () => void }) {
  const { t } = useTexts();
  // Where the port is taken its neighbour is offered, since the same one again rarely helps.
  const [wanted, setWanted] = useState<string | number>(running ? port : Math.min(port + 1, HIGHEST_PORT));
  const unchanged = running && wanted === port;
  const valid = typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= LOWEST_PORT && wanted <= HIGHEST_PORT;
  const setPort = useCommand(async (next: number) => {
    const status = await client.gateway.setPort({ port: next });
    setQueryData('gateway/status', status);
    showToast({ message: t('gateway.endpoint.changed', { baseUrl: status.baseUrl }) });
    onClose();
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('gateway.endpoint.dialogTitle')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (valid && !unchanged) void setPort.run(wanted);
        }}
      >
        <Stack gap="md">
          <p className={classes['lead']}>{t('gateway.endpoint.dialogBody')}</p>
          <NumberInput
            label={t('gateway.endpoint.port')}
            description={t('gateway.endpoint.portHelp')}
            value={wanted}
            onChange={setWanted}
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=""
            error={valid || wanted === '' ? null : t('gateway.endpoint.portWrong')}
            data-autofocus
          />
          <ErrorNotice error={setPort.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={setPort.running} disabled={!valid || unchanged}>
              {t('gateway.endpoint.verb')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
