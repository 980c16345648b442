/** Texts of the Monitoring screens. */
export const monitoring = {
  title: 'Monitoring',
};
