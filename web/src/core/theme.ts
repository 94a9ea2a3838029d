import { Cell } from "./cell";
import { remember, remembered } from "./storage";

export type Theme = "auto" | "light" | "dark";

const kept = remembered("theme");
export const theme = new Cell<Theme>(kept === "light" || kept === "dark" ? kept : "auto");

function apply(value: Theme): void {
    if (value === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = value;
}
apply(theme.value);

export function setTheme(value: Theme): void {
    remember("theme", value === "auto" ? null : value);
    apply(value);
    theme.set(value);
}

export function isDark(): boolean {
    return theme.value === "dark" || (theme.value === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}
