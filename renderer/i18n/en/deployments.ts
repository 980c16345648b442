/** Texts of the Deployments screens. */
export const deployments = {
  title: 'Deployments',
};
