import classes from './sparkline.module.css';

const WIDTH = 160;
const HEIGHT = 32;

/** A small line without axes beside a name: only the shape. The numbers stand beside it. Null is a gap. */
export function Sparkline({ values, label }: { values: readonly (number | null)[]; label: string }) {
  const top = Math.max(1e-6, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length - 1);
  let path = '';
  let drawing = false;
  values.forEach((value, place) => {
    if (value !== null) path += `${drawing ? 'L' : 'M'}${(place * step).toFixed(1)} ${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`;
    drawing = value !== null;
  });
  return (
    <svg className={classes['sparkline']} viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path className={classes['base']} d={`M0 ${String(HEIGHT - 1)}H${String(WIDTH)}`} />
      <path className={classes['line']} d={path} />
    </svg>
  );
}
