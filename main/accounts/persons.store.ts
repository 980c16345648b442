import { z } from 'zod';
import { languageSchema, themeSchema } from '../contract/accounts.contract.ts';
import type { Language, Theme } from '../contract/accounts.contract.ts';
import { ROLES } from '../contract/permissions.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { nameKeyOf } from '../kernel/names.ts';

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  password_hash: z.string(),
  language: languageSchema,
  theme: themeSchema,
});

export interface Person {
  id: string;
  name: string;
  role: (typeof ROLES)[number];
  passwordHash: string;
  language: Language;
  theme: Theme;
}

/** The table `persons`. Writes belong into the caller's transaction. */
export interface PersonsStore {
  byName(name: string): Person | undefined;
  byId(id: string): Person | undefined;
  /** The person of an installation that has exactly one. */
  onlyOne(): Person | undefined;
  insert(person: Person, createdAtMs: number): void;
  setPreferences(id: string, preferences: { language: Language; theme: Theme }): void;
}

export function createPersonsStore(db: DatabaseHandle): PersonsStore {
  const columns = 'id, name, role, password_hash, language, theme';
  const byName = db.prepare<[string]>(`SELECT ${columns} FROM persons WHERE name_key = ?`);
  const byId = db.prepare<[string]>(`SELECT ${columns} FROM persons WHERE id = ?`);
  const firstTwo = db.prepare<[]>(`SELECT ${columns} FROM persons LIMIT 2`);
  const insert = db.prepare(
    `INSERT INTO persons (id, name, name_key, role, password_hash, language, theme, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const setPreferences = db.prepare('UPDATE persons SET language = ?, theme = ? WHERE id = ?');
  const toPerson = (row: unknown): Person | undefined => {
    if (row === undefined) return undefined;
    const { password_hash: passwordHash, ...rest } = rowSchema.parse(row);
    return { ...rest, passwordHash };
  };
  return {
    byName: (name) => toPerson(byName.get(nameKeyOf(name))),
    byId: (id) => toPerson(byId.get(id)),
    onlyOne() {
      const [person, another] = firstTwo.all();
      return another === undefined ? toPerson(person) : undefined;
    },
    insert(person, createdAtMs) {
      insert.run(person.id, person.name, nameKeyOf(person.name), person.role, person.passwordHash, person.language, person.theme, createdAtMs);
    },
    setPreferences: (id, { language, theme }) => void setPreferences.run(language, theme, id),
  };
}
