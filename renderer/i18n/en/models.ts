export const models = {
  title: '',
};
