// Express with PostgreSQL taking registrations: node registrations.mjs PORT SOCKET_FOLDER SECRET
import { createHash } from 'node:crypto';
import express from 'express';
import jsonwebtoken from 'jsonwebtoken';
import pg from 'pg';

const [port, host, secret] = process.argv.slice(2);
const pool = new pg.Pool({ host, database: 'bench', user: 'bench', max: 32 });
const app = express();
app.disable('x-powered-by');
app.set('trust proxy', 'loopback');
app.use(express.json());

const statusOf = { QUOTA_FULL: 409, NOT_READY: 409, IDEMPOTENCY_MISMATCH: 422 };

app.post('/api/v1/teams/:team/submit', async (request, response) => {
    let actor;
    try {
        actor = jsonwebtoken.verify((request.get('authorization') ?? '').slice(7), secret).sub;
    } catch {
        return response.status(401).json({ success: false, code: 'UNAUTHORIZED' });
    }
    const hash = createHash('sha256').update(request.path).update(JSON.stringify(request.body ?? null)).digest();
    try {
        const { rows } = await pool.query({
            name: 'submit',
            text: 'SELECT submit($1, $2, $3, $4)',
            values: [actor, request.params.team, request.get('idempotency-key'), hash],
        });
        response.status(201).json({ success: true, data: JSON.parse(rows[0].submit) });
    } catch (error) {
        response.status(statusOf[error.message] ?? 500).json({ success: false, code: error.message });
    }
});

app.listen(Number(port), '127.0.0.1', 1024);
