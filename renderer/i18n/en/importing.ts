export const importing = {
  title: '',
};
