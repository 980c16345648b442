/** Texts of the Audit screens. */
export const auditScreen = {
  title: 'Audit',
};
