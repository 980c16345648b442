import { useTexts } from '../../i18n/i18n.ts';
import { Page } from '../../ui/page.tsx';

/** Home: is everything all right, what is running, what is due. */
export default function HomeScreen() {
  const { t } = useTexts();
  return <Page title={t('shell.screens.home')}>{null}</Page>;
}
