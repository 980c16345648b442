import { Button } from '@mantine/core';
import { IconTool } from '@tabler/icons-react';
import { Component } from 'react';
import type { ErrorInfo, ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import { EmptyState } from './empty-state.tsx';

/** Keeps a fault in one screen from taking the page down: says so, and offers to draw the screen again. */
export class ScreenBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Crashed onReload={() => this.setState({ failed: false })} />;
  }
}

function Crashed({ onReload }: { onReload: () => void }) {
  const { t } = useTexts();
  return (
    <EmptyState
      icon={<IconTool size={32} stroke={1.5} />}
      title={t('shell.crashed.title')}
      body={t('shell.crashed.body')}
      action={<Button onClick={onReload}>{t('shell.crashed.reload')}</Button>}
    />
  );
}
