/** Texts of the training screens. */
export const training = {
  title: 'Training',
};
