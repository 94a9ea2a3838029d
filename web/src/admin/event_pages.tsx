import { EventAdmin } from "./event";
import { EventCreate } from "./event_form";
import { RegistrationPage } from "./registration";

interface Props { params: Record<string, string> }

export const EventPage = ({ params }: Props) => <EventAdmin key={params["event"]} id={params["event"]!} tab={params["tab"] ?? "overview"} />;
export const NewEventPage = () => <EventCreate />;
export const OneRegistrationPage = ({ params }: Props) => <RegistrationPage key={params["registration"]} id={params["registration"]!} />;
