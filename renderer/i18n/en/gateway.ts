/** Texts of the Gateway screens. */
export const gateway = {
  title: 'Gateway',
};
