export const close = () => {};
