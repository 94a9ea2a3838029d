// A client of Avalon for WeChat mini-games: signs in, keeps a connection that comes back by itself, and holds the view of one room.
// docs/avalon-protocol.md says what is sent; docs/avalon-clients.md why it is done this way. Nothing but wx.* is needed.
const RETRY_FIRST_MS = 400;
const RETRY_MAX_MS = 10000;
const SILENT_MS = 7000; // a command without any frame for so long: the connection is dead
const GIVE_UP_MS = 25000;
const REFRESH_KEY = 'avalon.refresh_token';

let ids = 0;
const newId = () => Date.now().toString(36) + '-' + (ids++).toString(36) + '-' + Math.random().toString(36).slice(2, 10);

// The bytes that a player adds to the deal.
function randomHex(done) {
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
  wx.getRandomValues({ length: 16, success: (found) => done(hex(found.randomValues)) });
}

class AvalonClient {
  // `host`: "team.example.org". `onChange(room, what)`: the view of the room has changed, or the connection has.
  constructor({ host, onChange }) {
    this.host = host;
    this.onChange = onChange;
    this.state = 'off'; // connecting, on, lost, refused
    this.room = null; // {roomId, seq, view}
    this.closed = null; // why the room is gone
    this.pending = new Map();
    this.nextFrame = 1;
    this.failures = 0;
    this.access = '';
    wx.onShow(() => this.hurry());
    wx.onNetworkStatusChange(({ isConnected }) => isConnected && this.hurry());
  }

  start() {
    this.wanted = true;
    this.connect();
  }

  // --- Signing in: the refresh token lives in the storage, wx.login only when there is none that is good. ---

  request(path, data) {
    return new Promise((resolve, reject) => wx.request({
      url: `https://${this.host}/api/v1${path}`, method: 'POST', data, header: { 'Accept-Language': 'zh-CN' },
      success: ({ statusCode, data: body }) => (statusCode < 300 ? resolve(body.data) : reject(body)), fail: reject,
    }));
  }

  async signIn() {
    const refresh = wx.getStorageSync(REFRESH_KEY);
    let session = null;
    if (refresh) {
      try {
        session = await this.request('/auth/refresh', { refresh_token: refresh });
      } catch (error) {
        if (!error.code || error.code === 'UNAVAILABLE') throw error; // not reached: the token may still be good
        wx.removeStorageSync(REFRESH_KEY);
      }
    }
    if (!session) {
      const { code } = await new Promise((resolve, reject) => wx.login({ success: resolve, fail: reject }));
      session = await this.request('/auth/wechat/mini', { code, app: 'avalon' });
    }
    wx.setStorageSync(REFRESH_KEY, session.refresh_token);
    this.access = session.access_token;
  }

  // --- The connection ---

  async connect() {
    if (!this.wanted || this.socket || this.busy) return;
    this.busy = true;
    this.tell(this.room ? 'lost' : 'connecting');
    try {
      if (!this.access) await this.signIn();
    } catch (error) {
      this.busy = false;
      this.again();
      return;
    }
    this.busy = false;
    const socket = wx.connectSocket({ url: `wss://${this.host}/ws` });
    this.socket = socket;
    const mine = (work) => (event) => this.socket === socket && work(event);
    socket.onOpen(mine(() => this.write({ t: 'hello', auth: { token: this.access, locale: 'zh-CN' } })));
    socket.onMessage(mine(({ data }) => this.frame(JSON.parse(data))));
    socket.onClose(mine(() => this.lost()));
    socket.onError(mine(() => this.lost()));
    this.expect();
  }

  write(frame) {
    this.socket.send({ data: JSON.stringify(frame) });
  }

  expect() {
    clearTimeout(this.guard);
    this.guard = setTimeout(() => this.lost(), SILENT_MS);
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    this.on = false;
    clearTimeout(this.guard);
    if (socket) socket.close({});
  }

  lost() {
    this.drop();
    this.again();
  }

  again() {
    if (!this.wanted) return;
    this.tell('lost');
    this.failures += 1;
    const wait = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.failures - 1, 6));
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), wait * (0.6 + Math.random() * 0.4));
  }

  // The game is seen again: WeChat has most likely dropped the socket meanwhile.
  hurry() {
    if (!this.wanted) return;
    if (!this.socket) {
      clearTimeout(this.retry);
      this.failures = 0;
      this.connect();
    } else if (this.on) {
      this.write({ t: 'ping' });
      this.expect();
    }
  }

  tell(state) {
    this.state = state;
    this.onChange(this.room, 'connection');
  }

  frame(frame) {
    clearTimeout(this.guard);
    if (frame.t === 'welcome') this.welcomed();
    else if (frame.t === 'ack') this.answered(frame);
    else if (frame.t === 'ev') this.event(frame.name, frame.data);
    else if (frame.t === 'error') this.refused((frame.data && frame.data.code) || '', frame.message);
  }

  welcomed() {
    this.on = true;
    this.failures = 0;
    this.tell('on');
    if (this.room) this.resume();
    for (const id of this.pending.keys()) this.send(id);
  }

  refused(code, message) {
    this.drop();
    if (code === 'TOKEN_EXPIRED' || code === 'UNAUTHENTICATED') {
      this.access = '';
      this.again();
    } else if (code === 'BANNED') {
      this.wanted = false;
      this.why = message;
      this.tell('refused');
    } else this.again();
  }

  // --- Commands: repeated with the same cmdId until there is an answer; the server does them once. ---

  command(name, data = {}) {
    return new Promise((resolve, reject) => {
      const id = this.nextFrame++;
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject({ code: 'TIMEOUT', message: '服务器没有回应' });
      }, GIVE_UP_MS);
      this.pending.set(id, { name, data: { cmdId: newId(), ...data }, resolve, reject, timer });
      if (this.on) this.send(id);
    });
  }

  inRoom(name, data = {}) {
    return this.command(name, { roomId: this.room.roomId, ...data });
  }

  send(id) {
    const { name, data } = this.pending.get(id);
    this.write({ t: 'cmd', id, name, data });
    this.expect();
  }

  answered(frame) {
    const pending = this.pending.get(frame.id);
    if (!pending) return;
    if (!frame.ok && frame.code === 'TOKEN_EXPIRED') {
      this.refused(frame.code, '');
      return;
    }
    this.pending.delete(frame.id);
    clearTimeout(pending.timer);
    if (frame.ok) pending.resolve(frame);
    else pending.reject(frame);
  }

  resume() {
    const { roomId, seq } = this.room;
    this.command('room:resume', { roomId, seq }).catch((error) => {
      if (error.code !== 'TIMEOUT' && this.room && this.room.roomId === roomId) this.event('room:closed', { roomId, reason: error.code });
    });
  }

  // --- The view of the room ---

  event(name, data) {
    if (name === 'room:view') {
      this.room = { roomId: data.roomId, seq: data.seq, view: data.view };
      this.closed = null;
    } else if (name === 'room:event') this.patch(data);
    else if (name === 'room:closed' && this.room && this.room.roomId === data.roomId) {
      this.room = null;
      this.closed = data.reason;
    }
    this.onChange(this.room, name);
  }

  patch(message) {
    const room = this.room;
    if (!room || room.roomId !== message.roomId || message.seq <= room.seq) return;
    if (message.seq !== room.seq + 1) {
      this.resume();
      return;
    }
    room.seq = message.seq;
    for (const [part, change] of Object.entries(message.data)) {
      if (part === 'chat') room.view.chat = room.view.chat.concat(change).slice(-100);
      else if (change === null) room.view[part] = null;
      else {
        const target = room.view[part] || (room.view[part] = {});
        Object.assign(target, change.set);
        for (const [member, more] of Object.entries(change.add || {})) target[member] = (target[member] || []).concat(more);
      }
    }
  }
}

module.exports = { AvalonClient, randomHex };
