// The pages of people who are not signed in yet: one chunk.
export { RegisterPage, SetupPage } from "./auth";
export { ForgotPage, UndoPage } from "./recover";
export { SignInPage } from "./sign_in";
