import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import type { AuditType } from '../../main/contract/audit-types.ts';
import { Shell } from './shell.ts';

/** The audit log: its events, and the check of its chain. */
export class AuditScreen extends Shell {
  get table(): Locator {
    return this.page.getByRole('table', { name: this.texts.auditScreen.table.label });
  }

  event(type: AuditType): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('cell', { name: this.texts.audit.types[type], exact: true }) });
  }

  get verification(): Locator {
    return this.page.getByRole('dialog', { name: this.texts.auditScreen.verification.title });
  }

  /** Walks the chain in the dialog and expects nothing amiss. */
  async verifyIntact(): Promise<void> {
    await this.button(this.texts.auditScreen.verify).click();
    await expect(this.verification.getByText(this.texts.auditScreen.verification.intact)).toBeVisible();
    await this.button(this.texts.common.close, this.verification).last().click();
    await expect(this.verification).toBeHidden();
  }
}
