import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import type { AuditType } from '../../main/contract/audit-types.ts';
import { Shell } from './shell.ts';

/** The audit log: its events, and the check of its chain. */
export class AuditScreen extends Shell {
  event(type: AuditType): Locator {
    return this.page.getByRole('row').filter({ hasText: this.texts.audit.types[type] });
  }

  async verify(): Promise<void> {
    await this.button(this.texts.auditScreen.verify.verb).click();
  }

  async expectIntact(): Promise<void> {
    await expect(this.page.getByText(this.texts.auditScreen.verify.intact)).toBeVisible();
  }
}
