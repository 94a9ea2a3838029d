// Express answering the two reads of the bench: node reads.mjs PORT EVENT_FILE
import express from 'express';
import { readFileSync } from 'node:fs';

const [port, eventFile] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const app = express();
app.disable('x-powered-by');
app.get('/livez', (request, response) => response.type('text/plain').send('ok\n'));
app.get('/event', (request, response) => response.json(event));
app.listen(Number(port), '127.0.0.1', 1024);
