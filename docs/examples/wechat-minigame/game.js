// The smallest playable picture of a room: seats, what has happened, and a button for every move the server offers. A real game draws more; the
// moves it sends are these.
const { AvalonClient, randomHex } = require('./avalon.js');
const { buttonsOf, linesOf } = require('./picture.js');

const HOST = 'team.example.org';
const canvas = wx.createCanvas();
const paper = canvas.getContext('2d');
const { windowWidth, windowHeight, pixelRatio } = wx.getSystemInfoSync();
canvas.width = windowWidth * pixelRatio;
canvas.height = windowHeight * pixelRatio;
paper.scale(pixelRatio, pixelRatio);

const LINE = 22;
const BUTTON = 48;
let buttons = [];
let picked = [];

const client = new AvalonClient({ host: HOST, onChange: draw });

function draw(room, what) {
  if (what === 'room:view') picked = [];
  paper.fillStyle = '#0e1315';
  paper.fillRect(0, 0, windowWidth, windowHeight);
  paper.font = '15px sans-serif';
  paper.fillStyle = '#eef0ea';
  linesOf(client, picked).forEach((line, i) => paper.fillText(line, 16, 60 + i * LINE));
  buttons = buttonsOf(client, picked, { randomHex, ask, redraw: () => draw(client.room, 'picked'), choose: (seats) => (picked = seats) });
  buttons.forEach((button, i) => {
    button.top = windowHeight - 24 - (Math.ceil(buttons.length / 2) - Math.floor(i / 2)) * (BUTTON + 8);
    button.left = 16 + (i % 2) * (windowWidth / 2 - 4);
    paper.fillStyle = button.on ? '#e3b862' : '#20292d';
    paper.fillRect(button.left, button.top, windowWidth / 2 - 28, BUTTON);
    paper.fillStyle = button.on ? '#221703' : '#eef0ea';
    paper.fillText(button.label, button.left + 12, button.top + 30);
  });
}

function ask(title, done) {
  wx.showModal({ title, editable: true, success: ({ confirm, content }) => confirm && content && done(content) });
}

wx.onTouchStart(({ touches }) => {
  const { clientX: x, clientY: y } = touches[0];
  const hit = buttons.find((one) => x >= one.left && x < one.left + windowWidth / 2 - 28 && y >= one.top && y < one.top + BUTTON);
  if (!hit) return;
  const done = hit.press();
  if (done && done.catch) done.catch((error) => wx.showToast({ title: error.message || '没有成功', icon: 'none' }));
});

// A room that somebody shared: share with `query: "code=K7MWQ2&link=..."`.
wx.onShow(({ query }) => {
  if (query && query.link) client.command('room:join', { link: query.link }).catch(() => undefined);
});
wx.showShareMenu({});
wx.onShareAppMessage(() => {
  const room = client.room && client.room.view.room;
  return { title: '来一局阿瓦隆', query: room && room.link ? `code=${room.code}&link=${room.link}` : '' };
});
client.start();
