import { render } from "preact";
import { App } from "./app";
import { startRouter } from "./core/router";
import { startSession } from "./core/session";
import "./core/theme";
import "./styles/index.css";

startRouter();
void startSession();
render(<App />, document.getElementById("app")!);
