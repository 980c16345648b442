import { Button, Loader } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { AppError } from '../../client/as-error.ts';
import { checkSentence } from '../../i18n/check-sentence.ts';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import type { Route } from '../../state/routes.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusIcon } from '../../ui/status-badge.tsx';
import type { Finding } from './findings.ts';
import classes from './home.module.css';

interface FindingsPanelProps {
  findings: readonly Finding[];
  /** The checks of the machine have not answered yet: "all right" would be said too early. */
  looking: boolean;
  error: AppError | null;
  onRetry: () => void;
}

/** Is everything all right? One sentence, then what is not, worst first, each with its button. */
export function FindingsPanel({ findings, looking, error, onRetry }: FindingsPanelProps) {
  const { t } = useTexts();
  if (error !== null) return <ErrorNotice error={error} onRetry={onRetry} />;
  if (findings.length === 0) {
    // As tall while it looks as when all is well: nothing below moves under the pointer.
    return (
      <section className={classes['verdict']} data-tone="fine" aria-busy={looking}>
        {looking ? <Loader size={32} aria-hidden /> : <IconCircleCheck size={32} stroke={1.6} aria-hidden />}
        <div>
          <h2 className={classes['verdictTitle']}>{t(looking ? 'home.looking' : 'home.fine')}</h2>
          <p className={classes['dim']}>{t(looking ? 'home.lookingBody' : 'home.fineBody')}</p>
        </div>
      </section>
    );
  }
  const worst = findings.some(({ tone }) => tone === 'act') ? 'act' : 'look';
  return (
    <section className={classes['findings']} data-tone={worst}>
      <h2 className={classes['findingsTitle']}>
        <StatusIcon tone={worst} size={24} />
        {t('home.trouble', { count: findings.length })}
      </h2>
      <ul>
        {findings.map((finding) => (
          <FindingLine key={keyOf(finding)} finding={finding} />
        ))}
      </ul>
    </section>
  );
}

function keyOf(finding: Finding): string {
  switch (finding.kind) {
    case 'deployment-failed':
    case 'deployment-restarted':
      return finding.deployment.id;
    case 'check':
      return `${finding.check.check} ${String(finding.check.data['backend'] ?? '')}`;
    case 'gateway':
    case 'usage-changed':
      return finding.kind;
    case 'network':
      return `network ${JSON.stringify(finding.warning)}`;
    case 'key-ending':
      return finding.apiKey.id;
    case 'job-interrupted':
      return finding.job.id;
  }
}

function FindingLine({ finding }: { finding: Finding }) {
  const { t, language, format } = useTexts();
  const { text, verb, route } = describe();
  return (
    <li className={classes['finding']}>
      <StatusIcon tone={finding.tone} size={18} />
      <span className={classes['findingText']}>{text}</span>
      <Button variant="default" onClick={() => navigate(route)}>
        {verb}
      </Button>
    </li>
  );

  function describe(): { text: string; verb: string; route: Route } {
    switch (finding.kind) {
      case 'deployment-failed':
      case 'deployment-restarted': {
        const { id, name, problem, restarts } = finding.deployment;
        const what = problem === null ? '' : errorSentence(problem, language).what;
        const text =
          finding.kind === 'deployment-failed'
            ? t('home.deploymentFailed', { name, what })
            : t('home.deploymentRestarted', { name, what, count: restarts });
        return { text, verb: t('home.openDeployment'), route: { screen: 'deployment', deploymentId: id } };
      }
      case 'check': {
        const { name, sentence } = checkSentence(finding.check, language);
        return { text: `${name}: ${sentence}`, verb: t('home.openSettings'), route: { screen: 'settings' } };
      }
      case 'gateway': {
        const { problem } = finding.gateway;
        const what = problem === null ? '' : errorSentence(problem, language).what;
        return { text: `${t('home.gatewayStopped')} ${what}`, verb: t('home.openGateway'), route: { screen: 'gateway' } };
      }
      case 'usage-changed':
        return { text: t('usage.differs', { count: finding.days }), verb: t('home.openUsage'), route: { screen: 'usage', tab: 'day' } };
      case 'network': {
        const { warning } = finding;
        const text = t(`network.warnings.${warning.kind}`, { ...warning, ...(warning.kind === 'root-ends' ? { date: format.date(warning.notAfterMs) } : {}) });
        return { text, verb: t('home.openGateway'), route: { screen: 'gateway' } };
      }
      case 'key-ending': {
        const { id, name, expiresAtMs } = finding.apiKey;
        return { text: t('home.keyEnding', { name, date: format.date(expiresAtMs === null ? null : expiresAtMs - 1) }), verb: t('home.openKey'), route: { screen: 'api-key', keyId: id } };
      }
      case 'job-interrupted':
        return {
          text: t('home.jobInterrupted', { title: finding.job.title }),
          verb: t('home.openJob'),
          route: { screen: 'import', jobId: finding.job.id },
        };
    }
  }
}
