// Sending a file with its progress told: fetch cannot tell it, so this is the one place with an XMLHttpRequest.
import { lang } from "../i18n";
import { ApiError, get, type FieldError } from "./api";
import { kApiBase } from "./api_base";
import { currentToken } from "./session";

export interface StoredFile {
    id: string;
    type: string;
    bytes: number;
    state: "READY" | "PENDING" | "REFUSED";
    url: string;
}

const kTimeoutMs = 180_000;

export async function upload(file: Blob, purpose: string, progress: (share: number) => void, signal: AbortSignal): Promise<StoredFile> {
    const token = await currentToken();
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", `${kApiBase}/files?purpose=${encodeURIComponent(purpose)}`);
        if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader("Accept-Language", lang.value === "zh" ? "zh-CN" : "en");
        request.setRequestHeader("Content-Type", "application/octet-stream");
        request.timeout = kTimeoutMs;
        request.responseType = "json";
        request.upload.onprogress = (event) => {
            if (event.lengthComputable) progress(event.loaded / event.total);
        };
        request.onload = () => {
            const answer = request.response as { data?: StoredFile; code?: string; message?: string; details?: FieldError[]; requestId?: string } | null;
            if (request.status >= 200 && request.status < 300 && answer?.data) resolve(answer.data);
            else {
                const retry = Number(request.getResponseHeader("Retry-After") ?? "0");
                reject(new ApiError(request.status, answer?.code ?? `HTTP_${request.status}`, answer?.message ?? "", answer?.details ?? [], answer?.requestId ?? "", retry || 0));
            }
        };
        request.onerror = () => reject(new ApiError(0, "NETWORK", ""));
        request.ontimeout = () => reject(new ApiError(0, "TIMEOUT", ""));
        request.onabort = () => reject(new ApiError(0, "ABORTED", ""));
        signal.addEventListener("abort", () => request.abort());
        request.send(file);
    });
}

export const fileInfo = (id: string, signal?: AbortSignal): Promise<StoredFile> =>
    get<StoredFile>(`/files/${encodeURIComponent(id)}/info`, signal ? { signal } : {});

// One's own file needs the access token, so a picture of it goes through memory. The caller revokes the address.
export async function fileAddress(id: string, signal: AbortSignal): Promise<string> {
    const token = await currentToken();
    const response = await fetch(`${kApiBase}/files/${encodeURIComponent(id)}`, { headers: token ? { Authorization: `Bearer ${token}` } : {}, signal, credentials: "same-origin" });
    if (!response.ok) throw new ApiError(response.status, `HTTP_${response.status}`, "");
    return URL.createObjectURL(await response.blob());
}

// A table as the body of a request. The browser's word for a type depends on what is installed there; the ending is known.
export async function sendFile<T>(path: string, file: File): Promise<T> {
    const token = await currentToken();
    const type = /\.xlsx$/i.test(file.name) ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv";
    const headers = { Accept: "application/json", "Content-Type": type, "Accept-Language": lang.value === "zh" ? "zh-CN" : "en", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const response = await fetch(kApiBase + path, { method: "POST", body: file, credentials: "same-origin", headers }).catch(() => {
        throw new ApiError(0, "NETWORK", "");
    });
    const answer = (await response.json().catch(() => ({}))) as { data?: T; code?: string; message?: string; details?: FieldError[]; requestId?: string };
    if (!response.ok) throw new ApiError(response.status, answer.code ?? `HTTP_${response.status}`, answer.message ?? "", answer.details ?? [], answer.requestId ?? "", Number(response.headers.get("Retry-After") ?? "0") || 0);
    return answer.data as T;
}
