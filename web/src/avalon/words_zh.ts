import type { Board } from "./board";
import type { Mark, Options, Outcome, PlotCard, Role, Secret, Strength } from "./types";

const seat = (n: number | null) => (n === null ? "—" : `${n + 1} 号`);

// What a role is told of the others stands beside its note; the note says what that means on this board.
const alliesZh = (b: Board) => (b.has("oberon") ? "你认识同伴，但不认识奥伯伦。" : "你认识同伴。");
const lancelotZh = (b: Board) => (b.lancelot === "known" ? "没有效忠牌，阵营不会变。" : "效忠牌可能让两个兰斯洛特互换阵营。");

const roles: Record<Role, { name: string; note: (board: Board) => string }> = {
    merlin: { name: "梅林", note: (b) => `你看得见坏人${b.has("mordred") ? "（莫德雷德除外）" : ""}。引导好人，但别让坏人认出你。` },
    percival: { name: "派西维尔", note: (b) => (!b.has("merlin") ? "这一局没有梅林可以保护。从发言、组队和投票里找出坏人。" : b.has("morgana") ? "你看得见梅林，但莫甘娜会冒充他。保护真正的梅林。" : "你看得见梅林。保护他，别让坏人认出他。") },
    servant: { name: "忠臣", note: () => "你没有特殊信息。从发言、组队和投票里找出坏人。" },
    assassin: { name: "刺客", note: (b) => `${alliesZh(b)}${b.has("merlin") ? "如果好人做成三次任务，由你指认梅林。" : "混进队伍，让任务失败。"}` },
    minion: { name: "爪牙", note: (b) => `${alliesZh(b)}混进队伍，让任务失败。` },
    morgana: { name: "莫甘娜", note: (b) => `${b.has("percival") && b.has("merlin") ? "派西维尔会把你当成可能的梅林，利用这一点。" : ""}${alliesZh(b)}` },
    mordred: { name: "莫德雷德", note: (b) => `${b.has("merlin") ? "梅林看不见你。" : ""}${alliesZh(b)}` },
    oberon: { name: "奥伯伦", note: (b) => `你不认识同伴，同伴也不认识你${b.has("merlin") ? "；但梅林看得见你" : ""}。` },
    lancelot_good: { name: "兰斯洛特（好）", note: (b) => `${b.lancelot === "known" ? "你属于正义一方，你和坏兰斯洛特互相认识。" : "你现在属于正义一方。"}${lancelotZh(b)}${b.mustFail && b.lancelot !== "known" ? "变成坏人后，你只能出失败。" : ""}` },
    lancelot_evil: { name: "兰斯洛特（坏）", note: (b) => `${b.lancelot === "known" ? `你属于邪恶一方，你和好兰斯洛特互相认识。${alliesZh(b)}` : "你现在属于邪恶一方。其他坏人知道你是坏兰斯洛特，你不认识他们。"}${lancelotZh(b)}${b.mustFail ? "身为坏人时，你只能出失败。" : ""}` },
};

const plot: Record<PlotCard, { name: string; note: string }> = {
    lead_to_victory: { name: "引领胜利", note: "在组队之前，由你当队长。" },
    ambush: { name: "伏击", note: "查看一张已出的任务牌。" },
    king_returns: { name: "王者归来", note: "否决一支已通过的队伍。" },
    restore_honor: { name: "重获荣誉", note: "从任意玩家那里拿走一张计策牌。" },
    charge: { name: "冲锋陷阵", note: "必须在其他人之前公开投票。" },
    true_nature: { name: "坦露本性", note: "向一名玩家出示你的阵营。" },
    are_you_the_one: { name: "是敌是友", note: "查看一名邻座的阵营。" },
    found_you: { name: "原来是你", note: "让一名队员明着出任务牌。" },
    strength: { name: "展示实力", note: "队长向一名玩家出示自己的阵营。" },
};

const marks: Record<Mark, string> = {
    nothing: "", evil: "坏人", merlin: "梅林", merlin_or_morgana: "梅林或莫甘娜", evil_lancelot: "坏兰斯洛特", lancelot: "兰斯洛特",
};

const reasons: Record<Outcome["reason"], string> = {
    three_successes: "三次任务成功", assassin_missed: "三次任务成功，刺客没有找到梅林", assassinated: "刺客认出了梅林",
    three_fails: "三次任务失败", five_rejections: "同一任务的五支队伍都被否决",
};

const switches: Record<"lady" | "excalibur" | "plot" | "targeting" | "hammer" | "anonymousVotes" | "hiddenHistory" | "shuffleSeats", { name: string; note: string }> = {
    lady: { name: "湖中仙女", note: "第 2、3、4 次任务后，持有者查验一人的阵营，再把她传给对方。建议 7 人以上。" },
    excalibur: { name: "王者之剑", note: "队长把剑交给一名队员，他可以调换另一名队员的任务牌。" },
    plot: { name: "计策牌", note: "队长每轮分发计策牌，各有一次性的效果。" },
    targeting: { name: "自选任务", note: "队长可以自己选择去做哪个任务；第 5 个要先成功两次。" },
    hammer: { name: "强制轮", note: "第五次提议不投票，直接通过。" },
    anonymousVotes: { name: "匿名投票", note: "只公布赞成多少票，不公布谁投的。" },
    hiddenHistory: { name: "不留记录", note: "只看得到最近一次投票，之前的要靠记忆。" },
    shuffleSeats: { name: "随机座位", note: "开始时打乱座位顺序。" },
};

const policies: Record<Options["timeout"], string> = { default: "替他做默认选择", random: "替他随机选择", pause: "停表等他" };
const timers: Record<Options["timer"], string> = { half: "快节奏（一半）", normal: "标准", long: "宽松（1.5 倍）", double: "很宽松（2 倍）", endless: "不限时" };
const lancelots: Record<Options["lancelot"], string> = {
    none: "不使用", hidden_deck: "变体 1：第 3、4、5 任务前翻效忠牌", open_deck: "变体 2：效忠牌全部明放", known: "变体 3：没有效忠牌，两人互相认识",
};
const lancelotNotes: Record<Exclude<Options["lancelot"], "none">, string> = {
    hidden_deck: "三张不变、两张交换；翻到交换，两个兰斯洛特互换阵营。坏人认识坏兰斯洛特，他不认识坏人。",
    open_deck: "七张里有两张交换，取五张明放，每个任务开始时生效一张。坏人认识坏兰斯洛特，他不认识坏人。",
    known: "阵营不会变。两个兰斯洛特互相认识，坏兰斯洛特和其他坏人也互相认识。",
};
const strengths: Record<Strength, string> = { easy: "简单", normal: "普通", hard: "困难" };
const secretText: Record<Secret["kind"], (who: string, yes: boolean) => string> = {
    lady: (who, yes) => `湖中仙女告诉你：${who}是${yes ? "好人" : "坏人"}`,
    shown: (who, yes) => `${who}向你出示了阵营：${yes ? "好人" : "坏人"}`,
    neighbour: (who, yes) => `你查看了${who}的阵营：${yes ? "好人" : "坏人"}`,
    excalibur: (who, yes) => `王者之剑：${who}原本出的是${yes ? "成功" : "失败"}`,
    ambush: (who, yes) => `伏击：${who}的任务牌是${yes ? "成功" : "失败"}`,
};

export const wordsZh = {
    title: "阿瓦隆",
    lead: "5 至 10 人的身份推理。坏人混在桌上，好人要做成三次任务，还要藏住梅林。",
    seat,
    list: (items: string[]) => items.join("、"),
    parts: (items: string[]) => items.join("，"),
    colon: "：",
    aside: (text: string) => `（${text}）`,
    who: (n: number, nick: string) => `${n + 1}号${nick}`,
    roles, plot, marks, reasons, switches, policies, timers, lancelots, lancelotNotes, strengths, secretText,
    side: { good: "正义", evil: "邪恶" },
    sideOf: { good: "好人", evil: "坏人" },
    nav: { lobby: "大厅", me: "我的战绩", top: "排行榜", site: "活动报名", rules: "规则" },
    link: {
        connecting: "正在连接…", lost: "连接断了，正在自动恢复。你的座位还在。", back: "已恢复连接", noAnswer: "服务器没有回应，请再试一次", failed: "没有成功，请再试一次",
        refusedTitle: "无法进入游戏", banned: "你的账号现在不能参加游戏。", signIn: "登录已失效，请重新登录。", toSignIn: "去登录", retry: "重新连接",
    },
    lobby: {
        create: "创建房间", createNote: "选人数和角色，邀请朋友", quick: "快速匹配", quickNote: "和在线的人凑一桌", code: "房间码", codeHelp: "六位字母或数字，不分大小写",
        join: "加入", open: "公开房间", none: "现在没有公开房间", noneNote: "创建一个，或者用快速匹配找人。", seats: (now: number, all: number) => `${now}/${all} 人`,
        playing: "进行中", waiting: "等人", ended: "已结束", locked: "需要密码", watch: "观战", mine: "你的房间", back: "回到房间", hostOf: (name: string) => `房主 ${name}`, filter: "人数", all: "全部", people: (n: number) => `${n} 人`,
        signIn: "登录后就能开局", replay: "看回放",
    },
    queue: {
        title: "快速匹配", pick: "想玩几人局？", start: "开始匹配", waiting: (n: number) => `正在匹配 ${n} 人局`, waited: (s: number) => `已等 ${s} 秒`, cancel: "取消匹配", found: "找到一桌了！", accept: "准备好了", refuse: "不玩了",
        left: (s: number) => `${s} 秒内确认`, accepted: "已确认，等其他人", ready: (n: number, all: number) => `${n}/${all} 人已确认`,
        reasons: { refused: "你已退出匹配", expired: "没有及时确认，已退出匹配", unavailable: "没能开成这一桌，请再匹配一次", others_refused: "有人没有准备好，已经替你继续排队" } as Record<string, string>,
    },
    create: {
        title: "创建房间", name: "房间名", nameHelp: "可以不填", players: "人数", listed: "公开在大厅里", listedNote: "不公开时，只有拿到房间码或链接的人进得来。", password: "密码", passwordHelp: "可以不填；用链接进来的人不需要密码",
        spectators: "允许观战", spectatorsNote: "观战的人看不到身份，聊天与玩家分开。", delay: "观战延迟", delays: { 0: "没有", 30: "30 秒", 60: "1 分钟", 180: "3 分钟" } as Record<number, string>,
        roles: "角色", rolesHelp: (good: number, evil: number) => `这个人数要 ${good} 个好人、${evil} 个坏人`, good: "正义", evil: "邪恶", standard: "恢复标准板子", options: "扩展与规则", lancelot: "兰斯洛特", mustPlay: "坏兰斯洛特必须出失败", mustPlayNote: "现在是坏人的兰斯洛特只能出失败，现在是好人的只能出成功。", mayPlay: "坏兰斯洛特可以自由出牌", mayPlayNote: "现在是坏人的兰斯洛特可以出成功，也可以出失败。",
        mustPlays: { by_variant: "按变体（变体 2 必须）", off: "不强制", on: "必须" }, evilReveal: "刺杀前亮牌", evilRevealNote: "好人做成三次任务后，坏人先向所有人亮明身份再行刺。", speech: "轮流发言", speechNote: "队长先给出意向，其他人依次发言，最后由队长归票。", speechSeconds: "每人发言时间", fixedSeats: "座位不打乱", fixedSeatsNote: "开始时大家坐在自己选的座位上。", delayNote: (delay: string) => `观战的人晚 ${delay} 看到，他们的聊天玩家在结束前看不到。`, noSpectators: "不允许观战", noSpectatorsNote: "只有入座的人进得了这个房间。",
        seconds: (n: number) => `${n} 秒`, timer: "每一步的时间", timeout: "到时间没有行动", submit: "创建并进入", save: "保存设置", more: "更多规则",
        wrongGood: (n: number) => (n > 0 ? `还差 ${n} 个好人` : `好人多了 ${-n} 个`), wrongEvil: (n: number) => (n > 0 ? `还差 ${n} 个坏人` : `坏人多了 ${-n} 个`),
    },
    join: {
        title: "加入房间", password: "房间密码", sit: "坐下一起玩", watch: "观战", full: "座位已满，可以观战", playing: "游戏已经开始，可以观战", gone: "这个房间不在了", goneNote: "可能大家都离开了，或者房间码写错了。", toLobby: "回到大厅", noSpectators: "这个房间不允许观战。",
    },
    closed: {
        taken_over: ["在另一台设备上继续", "你在别的设备或标签页打开了这个房间，这里就不再更新了。"], left: ["你已离开房间", ""], kicked: ["你被房主移出了房间", ""], expired: ["房间已经关闭", "很久没有人在房间里了。"],
        closed: ["房间已经关闭", ""], banned: ["你现在不能参加游戏", ""], gone: ["房间不在了", "它已经结束，或者你已经不在其中。"],
    } as Record<string, [string, string]>,
    here: "改在这里继续",
    room: {
        code: "房间码", share: "邀请", copied: "邀请链接已复制", leave: "离开房间", leaveAsk: "离开后座位会空出来。", leavePlaying: "游戏还在进行。离开后你会被算作逃跑，这一局记为负。", stay: "留下",
        menu: "菜单", settings: "房间设置", table: "桌面", history: "记录", chat: "聊天", unread: (n: number) => `${n} 条未读`, spectators: (n: number) => `${n} 人观战`, standUp: "站起来观战", sit: "坐这里", seatFree: (n: number) => `${n} 号空位，坐下`, empty: "空位",
        addBot: "加机器人", removeBot: "移走机器人", fillBots: "用机器人补满", bot: "机器人", ready: "准备", isReady: "已准备", notReady: "没准备", readyNote: "准备时你的浏览器会为发牌加一份随机数。", start: "开始游戏", waitReady: (n: number) => `还有 ${n} 人没准备`, waitSeats: (n: number) => `还差 ${n} 人`, unready: "取消准备", waitHost: "等房主开始", noSeat: "你在观战。点一个空位坐下。",
        shuffle: "打乱座位", kick: "移出房间", watchers: "观战的人", noWatchers: "现在没有人观战", choose: "更多", removed: "被移出的人", removedNote: "下一局之前进不来，除非你让他回来。", readmit: "让他回来", makeHost: "让他当房主", offline: "不在线", board: "本局板子", watching: "你在观战", commitment: "发牌承诺", commitmentNote: "开局前就公布的指纹；结束后可以核对发牌没有被动过。",
        rating: (n: number) => `评分 ${n}`, mark: "我的标记（只有你看得到）", marks: { good: "好人？", evil: "坏人？", key: "梅林？", none: "无" }, seatTitle: (n: number, name: string) => `${n + 1} 号 ${name}`,
    },
    phase: {
        lobby: "等待开始", reveal: "查看身份", lead: "引领胜利", plot_deal: "分发计策牌", plot_card: "使用计策牌", propose: "组队", discuss: "轮流发言", charge_vote: "公开投票", vote: "投票", king: "王者归来", found: "原来是你",
        quest: "执行任务", excalibur: "王者之剑", ambush: "伏击", lady: "湖中仙女", assassinate: "刺杀", end: "游戏结束", voided: "本局作废",
    },
    quest: (n: number) => `任务 ${n}`,
    questNeeds: (n: number, fails: number) => `${n} 人${fails > 1 ? "，要 2 张失败才算失败" : ""}`,
    questDone: (fails: number, ok: boolean) => `${ok ? "成功" : "失败"}，${fails} 张失败`,
    rejects: (n: number) => `已否决 ${n} 次，第 5 次否决坏人直接获胜`,
    rejectsShort: (n: number) => `第 ${n + 1} 次提议`,
    ask: {
        ready: "看清身份了吗？", readyNote: "点开上面的身份牌。确认旁边没人偷看。", readyDone: "等其他人看完身份", readyButton: "我看好了",
        pick: (n: number) => `选 ${n} 人去执行任务`, picked: (now: number, all: number) => `已选 ${now}/${all}`, sword: "王者之剑交给谁？", propose: "确定队伍", finalTeam: "最终队伍", leaderPicks: (who: string) => `${who}正在组队`, leaderPicksNote: "亮起的座位是队长的意向，还没确定。",
        vote: "你同意这支队伍吗？", approve: "赞成", reject: "反对", voted: (yes: boolean) => `你投了${yes ? "赞成" : "反对"}`, waitVotes: (n: number) => `还有 ${n} 人没投`, charge: "请公开投票（冲锋陷阵）", chargeWait: "持有「冲锋陷阵」的人先公开投票",
        card: "请出任务牌", cardNote: "谁出了什么牌不会公开。", goodOnly: "好人只能出成功。", mustFail: "此时你只能出失败。", success: "成功", fail: "失败", played: (yes: boolean) => `你出了${yes ? "成功" : "失败"}`, cardsIn: (n: number, all: number) => `已出 ${n}/${all} 张`, onQuest: "队员正在出任务牌",
        lady: "湖中仙女：查验谁的阵营？", ladyNote: "只有你知道结果，之后她归对方所有。", ladyWait: (who: string) => `${who}正在使用湖中仙女`,
        excalibur: "王者之剑：要调换谁的任务牌？", excaliburWait: (who: string) => `${who}正在考虑是否用王者之剑`, assassinate: "谁是梅林？", assassinateNote: "只有一次机会。", assassinateWait: "三次任务成功。坏人正在找梅林…", shoot: (who: string) => `指认${who}`,
        discussMe: "轮到你发言", discussNote: "说完后点「发言结束」。", discussDone: "发言结束", discussWait: (who: string) => `${who}正在发言`, lead: "要用「引领胜利」当队长吗？", king: "要用「王者归来」否决这支队伍吗？", found: "要用「原来是你」吗？选一名队员", ambush: "要用「伏击」吗？选一名队员",
        cardWait: (who: string, card: string) => `${who}正在考虑「${card}」`, plotDeal: (card: string) => `把「${card}」交给谁？`, plotDealWait: (who: string) => `${who}正在分发计策牌`, plotCard: (card: string) => `使用「${card}」：选一名玩家`, restore: "拿走哪张计策牌？", take: (who: string, card: string) => `${who}的「${card}」`,
        use: "使用", pass: "不用", confirm: (who: string) => `确定：${who}`, chooseSeat: "点一个亮着的座位", paused: "游戏暂停", pausedNote: "任何一位玩家都可以继续。最多暂停 15 分钟。", held: "停表中，等大家都连上（最多两分钟）",
        secondsLeft: (s: number) => `剩 ${s} 秒`,
    },
    role: { mine: "我的身份", tapShow: "点一下查看", sees: "你知道的：", seesNone: "你不知道其他人的身份。", assassinIs: (who: string) => `由${who}行刺`, youShoot: "行刺由你来做。", switched: "效忠已互换" },
    seatState: {
        leader: "队长", onTeam: "在队伍中", picked: "队长意向", sword: "王者之剑", lady: "湖中仙女", voted: "已投票", approved: "赞成", rejected: "反对", waiting: "正在行动", ready: "已就绪", offline: "不在线", bot: "机器人代打", chosen: "已选中", assassin: "刺客", you: "你",
    },
    votes: {
        pause: "请求暂停", pauseBack: "收回暂停请求", resume: "继续游戏", voidGame: "请求作废本局", voidBack: "收回作废请求", pauseNow: (n: number, need: number) => `暂停请求 ${n}/${need}`, voidNow: (n: number, need: number) => `作废请求 ${n}/${need}`, agree: "同意",
        bot: "交给机器人", botBack: "收回", botNow: (who: string, n: number) => `${who}离开很久了，${n} 人同意交给机器人`, takeBack: "我回来了，自己玩", takenByBot: "你的座位现在由机器人代打。", voidAsk: "同意的人比好人的总数多一人（因此至少有一名坏人），或者在场的真人全部同意，本局就作废，不计战绩。", awayEnough: (who: string) => `${who}已经离开 3 分钟`,
    },
    moment: {
        started: "游戏开始，请查看身份", approved: (team: string) => `队伍通过：${team}`, rejected: "队伍被否决", carried: (team: string) => `强制轮，队伍直接出发：${team}`, cancelled: "王者归来：队伍被取消", tally: (yes: number, no: number) => `${yes} 赞成，${no} 反对`,
        success: (n: number) => `任务 ${n} 成功`, failure: (n: number) => `任务 ${n} 失败`, fails: (n: number) => (n === 0 ? "没有失败牌" : `${n} 张失败牌`), leader: (who: string) => `${who}是队长`, proposed: (who: string, team: string) => `${who}提议：${team}`,
        lady: (a: string, b: string) => `${a}用湖中仙女查验了${b}`, sword: (a: string, b: string) => `${a}用王者之剑调换了${b}的牌`, loyaltySame: "效忠牌：不变", loyaltySwitch: "效忠牌：两个兰斯洛特交换阵营", evilRevealed: "坏人亮明了身份", shot: (a: string, b: string) => `${a}指认${b}是梅林`,
        plotGiven: (a: string, b: string, card: string) => `${a}把「${card}」给了${b}`, plotTaken: (a: string, b: string, card: string) => `${a}拿走了${b}的「${card}」`, plotSpent: (a: string, card: string, b: string) => `${a}使用了「${card}」${b ? `，对象是${b}` : ""}`,
        paused: "游戏暂停", resumed: "游戏继续", voided: "本局作废", givenToBot: (who: string) => `${who}由机器人代打`, takenBack: (who: string) => `${who}回来了`, timedOut: (who: string) => `${who}超时`, won: (side: string) => `${side}获胜`, yourTurn: "轮到你了",
    },
    history: { empty: "还没有提议", title: "投票记录", result: { open: "投票中", approved: "通过", rejected: "否决", carried: "强制通过", cancelled: "被取消" }, player: "玩家", log: "经过", legend: "绿勾赞成，红叉反对，圆框在队中，★ 队长", proposalLabel: (quest: number, attempt: number) => `任务 ${quest} 第 ${attempt} 次` },
    chat: { title: "聊天", place: "说点什么", send: "发送", empty: "还没有人说话", spectators: "观战席", spectatorsNote: "观战席的话，玩家在结束前看不到。", tooLong: "最多 200 字" },
    end: {
        good: "正义获胜", evil: "邪恶获胜", voided: "本局作废", voidedNote: "不计战绩。", later: (seconds: number) => `观战有延迟：回放和战绩在结束 ${seconds} 秒后、观众也看到结局时公布。`, youWon: "你赢了", youLost: "你输了", again: "再来一局", againDone: (n: number) => `${n} 人想再来`, replay: "看回放", check: "核对发牌", identities: "身份", merlinWas: (who: string) => `梅林是${who}`, shot: (a: string, b: string) => `${a}指认了${b}`,
    },
    check: {
        title: "核对发牌", intro: "开局前服务器公布了种子的指纹。现在种子已经公开，这个页面自己重新算一遍。", run: "开始核对", needsHttps: "浏览器只在 https 页面提供计算指纹的功能，请用 https 地址打开再核对。",
        commitment: "种子与开局前公布的指纹一致", seats: "座位顺序与种子算出的一致", roles: "每个人的身份与种子算出的一致", assassin: "行刺的人与种子算出的一致", leader: "首任队长与种子算出的一致", loyalty: "效忠牌与种子算出的一致", plot: "计策牌与种子算出的一致", mine: "你的随机数参与了发牌", role: "你的身份与开局时看到的一致", commitmentUnseen: "这个浏览器在开局前没有看到指纹：只能与服务器现在给出的比对", mineUnknown: "这个浏览器没有保存你的随机数", good: "全部一致：这局发牌没有被动过", bad: "有不一致的地方", seed: "种子", bytes: "玩家的随机数", hash: "指纹",
    },
    replay: { title: "回放", step: (now: number, all: number) => `第 ${now} / ${all} 步`, first: "开头", back: "上一步", next: "下一步", last: "结尾", play: "自动播放", stop: "停止", view: "视角", all: "上帝视角", share: "分享回放", copied: "回放链接已复制", shareNote: "打开链接的人只看得到这个视角看得到的。", makeLink: "生成链接并复制", links: "有效的链接", noLinks: "还没有链接", copy: "复制", revoke: "收回", revoked: "链接已收回", unavailable: "没有找到这局回放", jump: "跳到" },
    me: { title: "我的战绩", rating: "评分", unrated: (n: number) => `再玩 ${n} 局显示评分`, games: "局数", wins: "胜率", roles: "各角色", achievements: "成就", boards: "各板子", recent: "最近的对局", reports: "我的举报", none: "还没有完成的对局", nickname: "昵称", avatar: "头像", save: "保存", saved: "已保存", unlocked: "已获得", blocked: "拉黑的人", unblock: "移出黑名单", won: "胜", lost: "负", voided: "作废" },
    top: { title: "排行榜", boards: "各板子正义方胜率", none: "还没有人玩满 20 局", games: (n: number) => `${n} 局`, note: "玩满 20 局后上榜；有机器人补位的对局不影响评分。" },
    person: {
        profile: "看资料", report: "举报", reportAsk: "说明发生了什么", reported: "已举报，谢谢", block: "拉黑", blockAsk: "以后快速匹配不会遇到他，也看不到他的聊天。", blocked: "已拉黑", kind: "类型", kindMissing: "请选择类型", textMissing: "请写明发生了什么",
        kinds: { abuse: "辱骂", cheating: "作弊", leaving: "故意离开", nickname: "昵称不当", spam: "刷屏", other: "其他" }, states: { OPEN: "待处理", TAKEN: "处理中", UPHELD: "属实", DISMISSED: "不成立" },
    },
    player: { title: "玩家", unknown: "没有这个玩家" },
    rules: {
        title: "怎么玩", here: "这个房间用到的扩展与规则", all: "可选的扩展与规则", plain: "这个房间没有用扩展。",
        steps: [
            ["身份", "每人拿到一个秘密身份：好人或坏人。多数坏人互相认识，梅林看得见大部分坏人。"], ["组队", "队长选人去做任务，所有人同时投票。超过半数赞成才出发，平票算否决；同一任务被否决五次，坏人获胜。"],
            ["任务", "队员暗中出牌。好人只能出成功，坏人可以出失败。有一张失败，任务就失败（7 人以上的第 4 个任务要两张）。"], ["胜负", "三次失败，坏人赢。三次成功后，刺客指认梅林：猜中坏人赢，猜错好人赢。"],
        ] as [string, string][],
    },
    boardOptions: {
        lady: "湖中仙女", excalibur: "王者之剑", plot: "计策牌", targeting: "自选任务", hammer: "强制轮", anonymous: "匿名投票", hidden: "不留记录", lancelot1: "兰斯洛特变体 1", lancelot2: "兰斯洛特变体 2", lancelot3: "兰斯洛特变体 3", forced: "坏兰斯洛特必须出失败", reveal: "刺杀前亮牌",
    } as Record<string, string>,
    warnings: {
        players: "游戏需要 5 至 10 人", good_count: "好人数量与人数不符", lancelots_apart: "两个兰斯洛特必须同时使用", lancelot_variant: "请选择兰斯洛特的变体", no_assassin: "有梅林，但没有人可以行刺",
        percival_without_merlin: "没有梅林，派西维尔不起作用", morgana_without_percival: "没有派西维尔或梅林，莫甘娜等同爪牙", mordred_without_merlin: "没有梅林，莫德雷德等同爪牙",
        assassin_without_merlin: "没有梅林，刺客不会行刺", assassin_designated: "没有刺客牌，将由一名坏人负责刺杀", lady_small_table: "湖中仙女建议 7 人以上使用",
    } as Record<string, string>,
    error: "出错了", close: "关闭", none: "无",
};
