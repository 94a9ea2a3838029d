export const registrationEn = {};
