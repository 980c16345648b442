/** Texts of the Playground screens. */
export const playground = {
  title: 'Playground',
};
