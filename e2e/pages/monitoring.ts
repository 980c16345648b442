import { expect } from '@playwright/test';
import { Shell } from './shell.ts';

/** The live screen. */
export class MonitoringScreen extends Shell {
  /** The charts of processor and memory tell a measured value, not only axes. */
  async expectSamples(): Promise<void> {
    const { monitoring } = this.texts;
    for (const [chart, series] of [
      [monitoring.cpu, monitoring.cpuUsed],
      [monitoring.memory, monitoring.memoryUsed],
    ]) {
      await expect(this.page.getByRole('img', { name: new RegExp(`^${chart}\\. ${series}: \\d`) })).toBeVisible();
    }
  }
}
