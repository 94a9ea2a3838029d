import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../core/api";
import { usePlace } from "../core/router";
import { text, useText } from "../i18n";
import { Icon, type IconName } from "./icons";

export type Tone = "neutral" | "ok" | "warn" | "bad" | "info" | "accent";

interface ButtonProps {
    children?: ComponentChildren;
    kind?: "primary" | "secondary" | "quiet" | "danger";
    size?: "normal" | "small" | "large";
    icon?: IconName;
    busy?: boolean;
    disabled?: boolean;
    type?: "button" | "submit";
    label?: string; // spoken name where only an icon is shown
    wide?: boolean;
    pressed?: boolean;
    onClick?: (event: JSX.TargetedMouseEvent<HTMLButtonElement>) => void;
}

function buttonClass(props: { kind?: string | undefined; size?: string | undefined; wide?: boolean | undefined; children?: unknown }): string {
    const iconOnly = props.children === undefined ? " button-icon" : "";
    return `button button-${props.kind ?? "secondary"} button-${props.size ?? "normal"}${props.wide ? " button-wide" : ""}${iconOnly}`;
}

export function Button(props: ButtonProps) {
    const { children, icon, busy, disabled, type = "button", label, pressed, onClick } = props;
    return (
        <button type={type} class={buttonClass(props)} disabled={disabled} aria-disabled={busy || undefined} aria-busy={busy || undefined}
            aria-label={label} title={children === undefined ? label : undefined} aria-pressed={pressed}
            onClick={(event) => {
                if (busy) event.preventDefault();
                else onClick?.(event);
            }}>
            {busy ? <Spinner /> : icon && <Icon name={icon} size={props.size === "small" ? 16 : 18} />}
            {children !== undefined && <span>{children}</span>}
        </button>
    );
}

export function LinkButton(props: { href: string; children: ComponentChildren; icon?: IconName; kind?: ButtonProps["kind"]; size?: ButtonProps["size"]; wide?: boolean }) {
    return (
        <a href={props.href} class={buttonClass(props)}>
            {props.icon && <Icon name={props.icon} size={18} />}
            <span>{props.children}</span>
        </a>
    );
}

export function Spinner() {
    return <span class="spinner" aria-hidden="true" />;
}

export function Loading({ label }: { label?: string }) {
    const t = useText();
    return (
        <div class="loading" role="status">
            <Spinner />
            <span>{label ?? t.common.loading}</span>
        </div>
    );
}

export function Badge({ tone = "neutral", children, icon }: { tone?: Tone; children: ComponentChildren; icon?: IconName }) {
    return (
        <span class={`badge tone-${tone}`}>
            {icon && <Icon name={icon} size={14} />}
            {children}
        </span>
    );
}

const noticeIcons: Record<Tone, IconName> = { neutral: "info", info: "info", accent: "info", ok: "check", warn: "alert", bad: "alert" };

export function Notice({ tone = "info", title, children, actions, live }: {
    tone?: Tone; title?: ComponentChildren; children?: ComponentChildren; actions?: ComponentChildren; live?: boolean;
}) {
    return (
        <div class={`notice tone-${tone}`} role={live ? (tone === "bad" ? "alert" : "status") : undefined}>
            <Icon name={noticeIcons[tone]} />
            <div class="notice-body">
                {title && <p class="notice-title">{title}</p>}
                {children && <div>{children}</div>}
                {actions && <div class="row notice-actions">{actions}</div>}
            </div>
        </div>
    );
}

export function Card({ children, title, actions, lead, id, tight }: {
    children?: ComponentChildren; title?: ComponentChildren; lead?: ComponentChildren; actions?: ComponentChildren; id?: string; tight?: boolean;
}) {
    return (
        <section class={`card${tight ? " card-tight" : ""}`} id={id} aria-labelledby={title && id ? `${id}-title` : undefined}>
            {(title || actions) && (
                <header class="card-head">
                    <div>
                        {title && <h2 id={id ? `${id}-title` : undefined}>{title}</h2>}
                        {lead && <p class="muted">{lead}</p>}
                    </div>
                    {actions && <div class="row">{actions}</div>}
                </header>
            )}
            {children}
        </section>
    );
}

export function Empty({ title, children, actions, icon = "box" }: {
    title: ComponentChildren; children?: ComponentChildren; actions?: ComponentChildren; icon?: IconName;
}) {
    return (
        <div class="empty">
            <span class="empty-icon"><Icon name={icon} size={28} /></span>
            <p class="empty-title">{title}</p>
            {children && <p class="muted">{children}</p>}
            {actions && <div class="row empty-actions">{actions}</div>}
        </div>
    );
}

// The page's one h1. After a navigation it takes the focus, so that a screen reader says where one is.
export function PageHead({ title, lead, back, actions, eyebrow, plainTitle }: {
    title: ComponentChildren; plainTitle?: string; lead?: ComponentChildren; eyebrow?: ComponentChildren;
    back?: { href: string; label: string }; actions?: ComponentChildren;
}) {
    const heading = useRef<HTMLHeadingElement>(null);
    const { visit } = usePlace();
    const t = useText();
    const name = plainTitle ?? (typeof title === "string" ? title : "");
    useEffect(() => {
        document.title = name ? `${name} · ${t.brand}` : t.brandLong;
    }, [name, t]);
    useEffect(() => {
        if (visit > 0) heading.current?.focus({ preventScroll: true });
    }, [visit]);
    return (
        <header class="page-head">
            {back && <a class="back" href={back.href}><Icon name="back" size={16} />{back.label}</a>}
            <div class="page-head-row">
                <div class="page-head-text">
                    {eyebrow && <div class="eyebrow row">{eyebrow}</div>}
                    <h1 tabIndex={-1} ref={heading}>{title}</h1>
                    {lead && <p class="lead">{lead}</p>}
                </div>
                {actions && <div class="row page-actions">{actions}</div>}
            </div>
        </header>
    );
}

// What to tell a person about a failure.
export function errorText(error: ApiError): string {
    const t = text();
    if (error.code === "NETWORK") return navigator.onLine ? t.errors.network : t.errors.offline;
    if (error.code === "TIMEOUT") return t.errors.timeout;
    if (error.code === "PAGE") return t.errors.page;
    if (error.status === 429) return error.retryAfterSeconds > 0 ? t.errors.tooMany(error.retryAfterSeconds) : t.errors.tooManySoon;
    if (error.message) return error.message;
    return error.status >= 500 ? t.errors.server : t.errors.unknown;
}

export function Failed({ error, retry }: { error: ApiError; retry?: () => void }) {
    const t = useText();
    if (error.status === 404) return <NotFound />;
    if (error.status === 403) {
        return (
            <Empty icon="lock" title={t.errors.forbiddenTitle} actions={<LinkButton href="/">{t.errors.goHome}</LinkButton>}>
                {error.message || t.errors.forbiddenBody}
            </Empty>
        );
    }
    return (
        <div role="alert">
            <Empty icon="alert" title={t.errors.title} actions={retry && <Button icon="refresh" onClick={retry}>{t.common.retry}</Button>}>
                {errorText(error)}
                {error.requestId && <small class="request-id">{t.common.requestId(error.requestId)}</small>}
            </Empty>
        </div>
    );
}

export function NotFound() {
    const t = useText();
    return (
        <div class="narrow">
            <PageHead title={t.errors.notFoundTitle} lead={t.errors.notFoundBody} />
            <LinkButton href="/" kind="primary">{t.errors.goHome}</LinkButton>
        </div>
    );
}

// How full something is. Colour is never the only sign: the figures stand beside it.
export function Meter({ value, max, label, tone = "accent" }: { value: number; max: number | null; label: string; tone?: Tone }) {
    const share = max && max > 0 ? Math.min(1, value / max) : 0;
    return (
        <svg class={`meter tone-${tone}`} role="img" aria-label={label} viewBox="0 0 100 6" preserveAspectRatio="none">
            <rect class="meter-track" width="100" height="6" />
            {share > 0 && <rect class="meter-fill" width={Math.max(1, share * 100)} height="6" />}
        </svg>
    );
}

export function Stat({ label, value, note }: { label: ComponentChildren; value: ComponentChildren; note?: ComponentChildren }) {
    return (
        <div class="stat">
            <dt>{label}</dt>
            <dd>{value}{note && <small>{note}</small>}</dd>
        </div>
    );
}
