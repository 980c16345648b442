export const home = {
  title: '',
};
