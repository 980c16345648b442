import { useMemo } from 'react';
import type { Sample } from '../../../main/contract/monitoring.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { withGaps } from '../../state/live-series.ts';
import { ChartPanel } from './chart-panel.tsx';
import classes from './monitoring.module.css';

interface MachineChartsProps {
  samples: readonly Sample[];
  intervalMs: number;
  onHold: (held: boolean) => void;
}

/** Above this share memory and processor are drawn as worth a look. */
const MUCH_PERCENT = 90;
/** Traffic below this is shown as the little it is. */
const QUIET_BYTES_PER_SECOND = 64 * 1024;

/** Processor, memory, disk, network and each graphics card. */
export function MachineCharts({ samples, intervalMs, onHold }: MachineChartsProps) {
  const { t, format } = useTexts();
  const { timesMs, points } = useMemo(() => withGaps(samples, intervalMs, (sample) => sample), [samples, intervalMs]);
  const latest = samples.at(-1);
  if (latest === undefined) return null;
  const read = (pick: (sample: Sample) => number | null): (number | null)[] => points.map((point) => (point === null ? null : pick(point)));
  const percent = (value: number): string => format.percent(value / 100);
  const bytesRate = (value: number): string => format.rate(value, 'bytes');
  const shared = { timesMs, onHold };
  return (
    <div className={classes['grid']}>
      <ChartPanel
        {...shared}
        title={t('monitoring.cpu')}
        format={percent}
        max={100}
        series={[{ id: 'cpu', label: t('monitoring.cpuUsed'), color: 1, values: read((sample) => sample.cpuPercent) }]}
      />
      <ChartPanel
        {...shared}
        title={t('monitoring.memory')}
        note={t('monitoring.memoryNote', { total: format.bytes(latest.memoryTotalBytes) })}
        format={(value) => format.bytes(value)}
        binary
        max={latest.memoryTotalBytes}
        thresholds={[{ value: (latest.memoryTotalBytes * MUCH_PERCENT) / 100, tone: 'look' }]}
        series={[{ id: 'memory', label: t('monitoring.memoryUsed'), color: 3, values: read((sample) => sample.memoryUsedBytes) }]}
      />
      <ChartPanel
        {...shared}
        title={t('monitoring.disk')}
        {...(latest.diskFreeBytes === null
          ? {}
          : { note: t('monitoring.diskNote', { free: format.bytes(latest.diskFreeBytes), total: format.bytes(latest.diskTotalBytes) }) })}
        format={bytesRate}
        binary
        leastTop={QUIET_BYTES_PER_SECOND}
        {...(latest.diskReadBytesPerSecond === null && latest.diskWriteBytesPerSecond === null && allNull(read((sample) => sample.diskReadBytesPerSecond))
          ? { nothing: <p className={classes['nothing']}>{t('monitoring.notTold')}</p> }
          : {})}
        series={[
          { id: 'read', label: t('monitoring.diskRead'), color: 6, values: read((sample) => sample.diskReadBytesPerSecond) },
          { id: 'write', label: t('monitoring.diskWrite'), color: 2, values: read((sample) => sample.diskWriteBytesPerSecond) },
        ]}
      />
      <ChartPanel
        {...shared}
        title={t('monitoring.network')}
        format={bytesRate}
        binary
        leastTop={QUIET_BYTES_PER_SECOND}
        {...(allNull(read((sample) => sample.networkReceivedBytesPerSecond)) ? { nothing: <p className={classes['nothing']}>{t('monitoring.notTold')}</p> } : {})}
        series={[
          { id: 'received', label: t('monitoring.networkReceived'), color: 6, values: read((sample) => sample.networkReceivedBytesPerSecond) },
          { id: 'sent', label: t('monitoring.networkSent'), color: 2, values: read((sample) => sample.networkSentBytesPerSecond) },
        ]}
      />
      {latest.gpus.map((gpu, place) => (
        <ChartPanel
          key={`${gpu.name}/${String(place)}`}
          {...shared}
          title={t('monitoring.gpu', { name: gpu.name })}
          note={[
            ...(gpu.memoryUsedBytes === null ? [] : [t('monitoring.gpuNote', { used: format.bytes(gpu.memoryUsedBytes), total: format.bytes(gpu.memoryTotalBytes) })]),
            ...(gpu.temperatureCelsius === null ? [] : [t('monitoring.gpuTemperature', { degrees: format.number(gpu.temperatureCelsius) })]),
          ].join(' · ')}
          format={percent}
          max={100}
          series={[
            { id: 'used', label: t('monitoring.gpuUsed'), color: 1, values: read((sample) => sample.gpus[place]?.utilizationPercent ?? null) },
            { id: 'memory', label: t('monitoring.gpuMemory'), color: 3, values: read((sample) => memoryPercent(sample.gpus[place])) },
          ]}
        />
      ))}
    </div>
  );
}

function allNull(values: readonly (number | null)[]): boolean {
  return values.every((value) => value === null);
}

function memoryPercent(gpu: Sample['gpus'][number] | undefined): number | null {
  if (gpu === undefined || gpu.memoryUsedBytes === null || gpu.memoryTotalBytes === null || gpu.memoryTotalBytes === 0) return null;
  return (gpu.memoryUsedBytes / gpu.memoryTotalBytes) * 100;
}
