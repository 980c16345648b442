import { memo } from 'react';
import { inertBlocks, inertPieces } from './inert-blocks.ts';
import type { InertBlock } from './inert-blocks.ts';
import classes from './inert-text.module.css';

/**
 * What a model wrote, as React elements only: no HTML, no images, no links that open. While an answer grows only its last
 * block changes, so the others are not drawn again.
 */
export function InertText({ text }: { text: string }) {
  return (
    <div className={classes['text']}>
      {inertBlocks(text).map((block) => (
        <Block key={block.at} serialized={JSON.stringify(block)} />
      ))}
    </div>
  );
}

/** Compared by its text: a block that did not change costs nothing. */
const Block = memo(function DrawnBlock({ serialized }: { serialized: string }) {
  const block = JSON.parse(serialized) as InertBlock;
  switch (block.kind) {
    case 'text':
      return (
        <p className={classes['paragraph']}>
          <Pieces text={block.text} />
        </p>
      );
    case 'heading':
      return (
        <p className={classes['heading']}>
          <Pieces text={block.text} />
        </p>
      );
    case 'code':
      return (
        <pre className={classes['code']}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const items = block.items.map((item) => (
        <li key={item.at}>
          <Pieces text={item.text} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
  }
});

function Pieces({ text }: { text: string }) {
  return inertPieces(text).map((piece) => {
    switch (piece.kind) {
      case 'plain':
        return piece.text;
      case 'bold':
        return <strong key={piece.at}>{piece.text}</strong>;
      case 'code':
        return <code key={piece.at}>{piece.text}</code>;
    }
  });
}
