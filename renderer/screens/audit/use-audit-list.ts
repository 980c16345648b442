import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AuditEvent } from '../../../main/contract/audit.contract.ts';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { onTopic } from '../../state/topics.ts';
import { filterOf } from './audit-query.ts';
import type { FilterEntries } from './audit-query.ts';

const PAGE = 200;
/** Typing is let come to rest before the log is searched. */
const TYPING_MS = 250;
/** With a filter the number of new matches is asked at most this often. */
const COUNT_EVERY_MS = 2000;

export interface AuditList {
  /** Null until the first answer. */
  events: readonly AuditEvent[] | null;
  total: number;
  /** Matching events that came after what is shown. */
  newCount: number;
  loadingMore: boolean;
  error: AppError | null;
  /** Continues with older events; called at the end of the table. */
  loadMore: () => void;
  /** Begins again at the newest. */
  reload: () => void;
}

interface Loaded {
  key: string;
  events: readonly AuditEvent[];
  nextCursor: number | null;
  total: number;
  /** Newest sequence known when it was loaded, whether it matched or not. */
  headSequence: number;
}

/** The audit log page by page, newest first. New events are counted, never pushed in: the list must not jump. */
export function useAuditList(entries: FilterEntries): AuditList {
  const settled = useSettled(JSON.stringify(filterOf(entries)));
  const filter = useMemo(() => JSON.parse(settled) as ReturnType<typeof filterOf>, [settled]);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [newCount, setNewCount] = useState(0);
  const [loadingMore, setLoadingMore] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const reload = useCallback(() => setAttempt((before) => before + 1), []);
  const head = useRef(0);

  useEffect(() => {
    const controller = new AbortController();
    setError(null);
    setLoadingMore(false);
    client.audit
      .list({ filter, cursor: null, limit: PAGE }, { signal: controller.signal })
      .then((page) => {
        if (controller.signal.aborted) return;
        head.current = Math.max(head.current, page.events[0]?.sequence ?? 0);
        setLoaded({ key: settled, events: page.events, nextCursor: page.nextCursor, total: page.total, headSequence: head.current });
        setNewCount(0);
      })
      .catch((thrown: unknown) => {
        if (!controller.signal.aborted) setError(asError(thrown));
      });
    return () => controller.abort();
  }, [filter, settled, attempt]);

  const total = loaded?.total ?? 0;
  const shownHead = loaded?.headSequence ?? 0;
  useEffect(() => {
    const unfiltered = settled === '{}';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const count = (): void => {
      timer = undefined;
      client.audit
        .list({ filter, cursor: null, limit: 1 })
        .then((page) => setNewCount(Math.max(0, page.total - total)))
        // The next event asks again; a pill that comes late is no error worth showing.
        .catch(() => undefined);
    };
    const end = onTopic('audit', (event) => {
      if (event?.type === 'audit.appended') head.current = Math.max(head.current, event.sequence);
      if (event?.type === 'audit.appended' && unfiltered) setNewCount(Math.max(0, event.sequence - shownHead));
      else timer ??= setTimeout(count, COUNT_EVERY_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [filter, settled, total, shownHead]);

  const busy = useRef(false);
  const loadMore = (): void => {
    if (loaded === null || loaded.nextCursor === null || busy.current) return;
    busy.current = true;
    setLoadingMore(true);
    client.audit
      .list({ filter, cursor: loaded.nextCursor, limit: PAGE })
      .then((page) =>
        setLoaded((before) =>
          before === null || before.key !== loaded.key ? before : { ...before, events: [...before.events, ...page.events], nextCursor: page.nextCursor },
        ),
      )
      .catch((thrown: unknown) => setError(asError(thrown)))
      .finally(() => {
        busy.current = false;
        setLoadingMore(false);
      })
      .catch(console.error);
  };
  return { events: loaded?.events ?? null, total, newCount, loadingMore, error, loadMore, reload };
}

/** A value once it has stopped changing for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return undefined;
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value, settled]);
  return settled;
}
