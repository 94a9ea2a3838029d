// A mail server on this machine, as a relay beside the server would be: takes every mail and keeps its text.
import { createServer } from "node:net";

const kWaitMs = 20_000;

function textOf(raw) {
    const at = raw.indexOf("\r\n\r\n");
    const body = raw.slice(at + 4).replace(/\r\n\.\./g, "\r\n.");
    return /^content-transfer-encoding:\s*base64/im.test(raw.slice(0, at)) ? Buffer.from(body, "base64").toString("utf8") : body;
}

function converse(socket, keep) {
    let line = "";
    let data = null;
    let to = [];
    const answer = (text) => socket.write(`${text}\r\n`);
    const command = (text) => {
        const word = text.slice(0, 4).toUpperCase();
        if (word === "RCPT") to.push(/<([^>]*)>/.exec(text)?.[1]);
        if (word === "DATA") {
            data = "";
            return answer("354 go on");
        }
        if (word === "QUIT") return socket.end("221 bye\r\n");
        return answer("250 ok");
    };
    socket.setEncoding("utf8");
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
        line += chunk;
        for (;;) {
            const end = line.indexOf("\r\n");
            if (end < 0) return;
            const text = line.slice(0, end);
            line = line.slice(end + 2);
            if (data === null) command(text);
            else if (text !== ".") data += `${text}\r\n`;
            else {
                for (const one of to) keep({ to: one, text: textOf(data) });
                data = null;
                to = [];
                answer("250 kept");
            }
        }
    });
    answer("220 mail.test");
}

export async function startMail() {
    const mails = [];
    const server = createServer((socket) => converse(socket, (mail) => mails.push(mail)));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const next = async (to, pattern) => {
        const deadline = Date.now() + kWaitMs;
        for (;;) {
            const at = mails.findIndex((mail) => mail.to === to && pattern.test(mail.text));
            if (at >= 0) return pattern.exec(mails.splice(at, 1)[0].text);
            if (Date.now() > deadline) throw new Error(`no mail to ${to} with ${pattern}; there are ${JSON.stringify(mails).slice(0, 1000)}`);
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    };
    return {
        settings: {
            RT_NOTIFY_SMTP_HOST: "127.0.0.1", RT_NOTIFY_SMTP_PORT: String(server.address().port), RT_NOTIFY_SMTP_SECURITY: "none",
            RT_NOTIFY_MAIL_FROM: "Roundtable <noreply@team.example.org>", RT_SERVER_PUBLIC_URL: "https://team.example.org",
        },
        code: async (to) => (await next(to, /(?<!\d)(\d{6})(?!\d)/))[1],
        link: async (to) => (await next(to, /https?:\/\/[^\s/]+(\/\S+)/))[1],
        stop: () => new Promise((resolve) => server.close(resolve)),
    };
}
