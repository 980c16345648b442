/** Texts of the Jobs screens. */
export const jobsScreen = {
  title: 'Jobs',
};
