import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { systemCodeOf } from '../kernel/errors.ts';
import { writeFileAtomic } from '../kernel/files.ts';
import { minimumSize } from './window-options.ts';

const rectangle = { x: z.number().int(), y: z.number().int(), width: z.number().int().positive(), height: z.number().int().positive() };
const placeSchema = z.object({ ...rectangle, maximized: z.boolean() });
export type WindowPlace = z.infer<typeof placeSchema>;
export type Area = { x: number; y: number; width: number; height: number };

/** Part of the window, in pixels, that must lie on a screen for its place to be taken up again. */
const visiblePart = { width: 200, height: 100 };

/** Where the window was, or null: never opened, unreadable, or on a screen that has gone since. */
export function recallPlace(path: string, screens: Area[]): WindowPlace | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) !== '') return null;
    throw error;
  }
  const place = parse(text);
  if (place === null || !screens.some((screen) => overlaps(place, screen))) return null;
  return { ...place, width: Math.max(place.width, minimumSize.width), height: Math.max(place.height, minimumSize.height) };
}

export function rememberPlace(path: string, place: WindowPlace): void {
  writeFileAtomic(path, `${JSON.stringify(place)}\n`);
}

function parse(text: string): WindowPlace | null {
  try {
    return placeSchema.parse(JSON.parse(text));
  } catch {
    return null; // half-written or of another version: the usual size will do
  }
}

function overlaps(a: Area, b: Area): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width >= visiblePart.width && height >= visiblePart.height;
}
