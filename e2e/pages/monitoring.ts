import { expect } from '@playwright/test';
import { say } from '../fixtures/texts.ts';
import { Shell } from './shell.ts';

/** The live screen. */
export class MonitoringScreen extends Shell {
  /** The charts of processor and memory tell a measured value, not only axes. */
  async expectSamples(): Promise<void> {
    const { common, monitoring } = this.texts;
    for (const [chart, series] of [
      [monitoring.cpu, monitoring.cpuUsed],
      [monitoring.memory, monitoring.memoryUsed],
    ]) {
      const beginning = say(common.chart, { title: chart, values: say(common.labelled, { label: series, value: '' }) });
      await expect(this.page.getByRole('img', { name: new RegExp(`^${beginning.replaceAll('.', '\\.')}\\d`) })).toBeVisible();
    }
  }
}
