// The pages of one's own account: one chunk.
export { DataPage, EndedPage } from "./data";
export { DevicesPage } from "./devices";
export { JoinOrganisationPage, OrganisationsPage } from "./organisations";
export { ProfilePage } from "./profile";
export { SecurityPage } from "./security";
