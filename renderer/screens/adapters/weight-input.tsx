import { NumberInput } from '@mantine/core';

/** What the contract takes. */
const LARGEST_WEIGHT = 4;

interface WeightInputProps {
  /** For screen readers; what stands beside it tells the others. */
  label: string;
  weight: number;
  disabled?: boolean;
  onWeight: (weight: number) => void;
}

/** The weight of an adapter, in steps of a tenth. */
export function WeightInput({ label, weight, disabled = false, onWeight }: WeightInputProps) {
  return (
    <NumberInput
      aria-label={label}
      value={weight}
      min={-LARGEST_WEIGHT}
      max={LARGEST_WEIGHT}
      step={0.1}
      decimalScale={3}
      disabled={disabled}
      onChange={(value) => typeof value === 'number' && Math.abs(value) <= LARGEST_WEIGHT && onWeight(value)}
    />
  );
}
