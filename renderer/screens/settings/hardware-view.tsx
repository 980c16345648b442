import type { BackendView, HardwareView as Hardware } from '../../../main/contract/system.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './settings.module.css';

/** What was found on this machine: processor, memory, and each way to compute, found or missing with the remedy. */
export function HardwareView({ hardware }: { hardware: Hardware }) {
  const { t, format } = useTexts();
  return (
    <>
      <KeyValueList
        items={[
          { key: 'cpu', label: t('settings.processor'), value: hardware.cpuName },
          {
            key: 'cores',
            label: t('settings.cores'),
            value: t('settings.coresValue', { usable: hardware.usableCores, physical: hardware.physicalCores }),
            explain: t('settings.coresExplain'),
          },
          {
            key: 'memory',
            label: t('settings.memory'),
            value: t('settings.memoryValue', { free: format.bytes(hardware.ramAvailableBytes), total: format.bytes(hardware.ramTotalBytes) }),
          },
          { key: 'engine', label: t('settings.engineRelease'), value: `llama.cpp ${hardware.engineRelease}` },
        ]}
      />
      <h3 className={classes['subtitle']}>{t('settings.backends')}</h3>
      <p className={classes['dim']}>{t('settings.backendsExplain')}</p>
      <ul className={classes['backends']}>
        {hardware.backends.map((backend) => (
          <BackendEntry key={backend.backend} backend={backend} />
        ))}
      </ul>
    </>
  );
}

function BackendEntry({ backend }: { backend: BackendView }) {
  const { t, format } = useTexts();
  const tone = !backend.available ? 'off' : backend.software ? 'look' : 'fine';
  return (
    <li className={classes['backend']}>
      <div className={classes['backendHead']}>
        <span className={classes['backendName']}>{t(`engine.backends.${backend.backend}`)}</span>
        <StatusBadge quiet tone={tone} label={t(backend.available ? 'settings.available' : 'settings.missing')} />
      </div>
      {backend.software && <p className={classes['dim']}>{t('settings.software')}</p>}
      {backend.devices.map((device) => (
        <p key={device.name} className={classes['dim']}>
          {[
            device.name,
            t('settings.deviceValue', { free: format.bytes(device.freeBytes), total: format.bytes(device.totalBytes) }),
            ...(device.sharesRam === true ? [t('settings.sharesRam')] : []),
          ].join(' · ')}
        </p>
      ))}
      {backend.reason !== null && (
        <p className={classes['dim']}>{`${t(`engine.missing.${backend.reason}.why`)} ${t(`engine.missing.${backend.reason}.remedy`)}`}</p>
      )}
      {backend.detail !== '' && (
        <details>
          <summary className={classes['summary']}>{t('settings.detail')}</summary>
          <code className={classes['detail']}>{backend.detail}</code>
        </details>
      )}
    </li>
  );
}
