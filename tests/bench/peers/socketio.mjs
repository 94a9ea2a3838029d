// npm's Socket.IO as the conformance server answers: node socketio.mjs PORT
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, pingInterval: 25000, pingTimeout: 20000 });
io.on('connection', (socket) => {
    socket.emit('auth', socket.handshake.auth);
    socket.on('message', (...args) => socket.emit('message-back', ...args));
    socket.on('message-with-ack', (...args) => args.pop()(...args));
});
http.listen(Number(process.argv[2]), '127.0.0.1', 1024);
