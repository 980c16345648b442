export const start = {
  title: '',
};
