import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './key-value-list.module.css';

export interface KeyValue {
  key: string;
  label: string;
  value: ReactNode;
  /** One-line explanation of the term, on hover and focus. */
  explain?: string;
}

/** Facts as label and value, a definition list. Two columns where there is room and `columns` is 2. */
export function KeyValueList({ items, columns = 1 }: { items: readonly KeyValue[]; columns?: 1 | 2 }) {
  return (
    <dl className={classes['list']} data-columns={columns}>
      {items.map((item) => (
        <div key={item.key} className={classes['item']}>
          <dt className={classes['label']}>
            {item.explain === undefined ? item.label : <Explained label={item.label} explain={item.explain} />}
          </dt>
          <dd className={classes['value']}>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A field term with its one-line explanation on hover and keyboard focus. */
export function Explained({ label, explain }: { label: string; explain: string }) {
  return (
    <Tooltip label={explain}>
      <button type="button" className={classes['explained']}>
        {label}
      </button>
    </Tooltip>
  );
}
