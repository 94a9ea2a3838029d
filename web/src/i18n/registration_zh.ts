export const registrationZh = {};
