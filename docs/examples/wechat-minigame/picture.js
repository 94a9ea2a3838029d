// What to write and which buttons to show, out of the view alone: `game.actions` holds every move that is legal now.
const YES = { vote: ['赞成', '反对'], quest: ['成功', '失败'] };

const nameOf = (view, seat) => {
  const player = view.room.players.find((one) => one.player === view.game.seats[seat].player);
  return `${seat + 1}号${player.nickname || '机器人'}`;
};

function linesOf(client, picked) {
  if (client.state === 'refused') return [client.why || '不能进入游戏'];
  const wait = client.state === 'on' ? [] : ['正在连接…座位还在'];
  if (!client.room) return wait.concat(client.closed === 'taken_over' ? ['你在另一台设备上继续了'] : ['阿瓦隆']);
  const { view } = client.room;
  const lines = wait.concat(`房间 ${view.room.code}　${view.room.state}`);
  if (!view.game) return lines.concat(view.room.players.map((one) => `${one.player + 1} ${one.nickname || (one.kind === 'bot' ? '机器人' : '空位')}${one.ready ? ' ✓' : ''}`));
  const { game } = view;
  lines.push(`${game.phase}　成功 ${game.successes}　失败 ${game.fails}　否决 ${game.rejects}`);
  game.seats.forEach((seat, i) => {
    const signs = [game.leader === i && '队长', game.tentative.team.includes(i) && '入队', game.voted.includes(i) && '已投', seat.role, seat.mark, picked.includes(i) && '★'];
    lines.push(`${nameOf(view, i)}　${signs.filter(Boolean).join(' ')}`);
  });
  if (game.outcome) lines.push(`${game.outcome.winner === 'good' ? '正义' : '邪恶'}获胜：${game.outcome.reason}`);
  return lines;
}

function lobbyButtons(client, tools) {
  return [
    { label: '创建房间', on: true, press: () => client.command('room:create', { players: 5 }) },
    { label: '输入房间码', press: () => tools.ask('房间码', (code) => client.command('room:join', { code }).catch((error) => wx.showToast({ title: error.message, icon: 'none' }))) },
  ];
}

function roomButtons(client, view, tools) {
  const { room, you } = view;
  const free = room.players.filter((one) => one.kind === 'empty');
  const me = room.players.find((one) => one.player === you.player);
  const out = [];
  if (me && !me.ready) out.push({ label: '准备', on: true, press: () => tools.randomHex((random) => client.inRoom('game:ready', { ready: true, random })) });
  if (room.host === you.userId && free.length > 0) out.push({ label: '加机器人', press: () => client.inRoom('room:bot', { player: free[0].player, strength: 'normal' }) });
  if (room.host === you.userId && free.length === 0) out.push({ label: '开始', on: true, press: () => client.inRoom('room:start') });
  return out.concat({ label: '离开', press: () => client.inRoom('room:leave') });
}

function seatButtons(view, action, picked, size, tools) {
  return (action.seats || []).map((seat) => ({
    label: nameOf(view, seat), on: picked.includes(seat),
    press: () => {
      tools.choose(picked.includes(seat) ? picked.filter((one) => one !== seat) : picked.concat(seat).slice(-size));
      tools.redraw();
    },
  }));
}

function actionButtons(client, view, action, picked, tools) {
  const send = (data) => {
    tools.choose([]);
    return client.inRoom(`game:${action.type}`, data);
  };
  if (action.type === 'select') return [];
  if (YES[action.type]) {
    const member = action.type === 'vote' ? 'approve' : 'success';
    return [action.may_yes && { label: YES[action.type][0], on: true, press: () => send({ [member]: true }) }, action.may_no && { label: YES[action.type][1], press: () => send({ [member]: false }) }].filter(Boolean);
  }
  if (action.type === 'propose') {
    const quest = action.quests ? { quest: action.quests[0] } : {};
    const size = action.quests ? action.sizes[0] : action.pick;
    const sword = action.swords ? { sword: picked.find((seat) => action.swords.includes(seat)) } : {};
    return seatButtons(view, action, picked, size, tools).concat({ label: `提议 ${picked.length}/${size}`, on: picked.length === size, press: () => send({ team: picked, ...quest, ...sword }) });
  }
  if (action.type === 'target' && action.cards) return action.cards.map((held) => ({ label: `${nameOf(view, held.seat)} ${held.card}`, press: () => send({ target: held.seat, card: held.card }) }));
  if (action.type === 'target') return seatButtons(view, action, picked, 1, tools).concat({ label: '确定', on: picked.length === 1, press: () => send({ target: picked[0] }) });
  return [{ label: { ready: '看好了', card: '使用', pass: '跳过' }[action.type], on: true, press: () => send({}) }];
}

function buttonsOf(client, picked, tools) {
  if (!client.room) return client.state === 'on' ? lobbyButtons(client, tools) : [];
  const { view } = client.room;
  if (!view.game) return roomButtons(client, view, tools);
  if (view.game.phase === 'end' || view.game.phase === 'voided') return [{ label: '再来一局', on: true, press: () => client.inRoom('room:rematch') }, { label: '离开', press: () => client.inRoom('room:leave') }];
  return view.game.actions.flatMap((action) => actionButtons(client, view, action, picked, tools));
}

module.exports = { linesOf, buttonsOf };
