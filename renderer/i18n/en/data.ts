/** Texts of the data screens. */
export const data = {
  title: 'Data & training',
};
