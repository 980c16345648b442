/** Texts of the adapters screens. */
export const adapters = {
  title: 'Adapters',
};
