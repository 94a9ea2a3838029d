#include "auth/domain/common_passwords.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>

namespace rt::auth::domain {

namespace {

// Words, names, pinyin and keyboard pieces, in order.
constexpr std::string_view kStemText =
    "aa aaa abc abcabc abcd abcde abcdef abcdefg access account admin administrateur administrator aiqing alex "
    "alexander alibaba alice alipay allah always amanda amazon america andrew android angel angels anna anthony "
    "anything apache apple april arsenal asd asdf asdfgh asdzxc ashley asshole audi august austin australia autumn "
    "avalon azerty baba baby babyboy babygirl badminton baidu banana baobao baobei baoming barcelona baseball "
    "basketball batman bayern bbb bear beatles beijing benjamin berlin betty bienvenue bilibili bisai bitch black "
    "blessed blink blue bmw bob boss boston brandon brian brown buddha business butter butterfly buzhidao "
    "california camaro canada candy caocao captain carol cash cat champion changcheng change changeme changjiang "
    "changsha charlie cheese chelsea chengdu chenjing chenwei cherry chicago chicken china chinese chocolate "
    "chongqing christ christopher coffee college company competition computer contrasena cookie corvette "
    "counterstrike cowboys crystal daisy dajia dalian dallas dance dancer daniel database david debian december "
    "default demo dennis diamond didi disney doctor dog doggy dollar dolphin donald donna dota douyin dragon "
    "drummer eagle eagles edc edward elizabeth elvis eminem emma engineer england eric erzi eve everything example "
    "facai facebook faith falcon february feilong ferrari fireman florida flower flowers football forever fortnite "
    "france frank freedom friday frodo fuck fuckyou gandalf gaoxing garfield gary gege geheim george germany "
    "ginger god godisgood goku gold golden golf gongsi gongxi gongxifacai google grace gray green gregory "
    "guangzhou guanyu guest gugong guitar hallo hangzhou harley harrypotter hawaii hawk heart hearts heaven helen "
    "hello henry hero heroes hobbit hockey hogwarts hola honda honey hongkong hongloumeng honor hope horse hot "
    "huanghe huangshan huangwei huawei hulk hunter ihateyou iii ilove iloveu iloveyou instagram internet iphone "
    "ironman italy jack jacob james january japan jasmine jason jeffrey jennifer jerry jessica jesus jesuschrist "
    "jiankang jiayou jiejie jingdong job john jonathan jordan joshua july june justin juventus karen kevin "
    "keyboard killer king kiss kisses kitten kitty korea kuaile kuaishou kugou lakers laoba laogong laohu laoma "
    "laopo laoshi laptop larry lawyer league legend legends lemon lenovo letmein lijun lily liming lina linda "
    "linkinpark linux lion liqiang lisi liubei liujing liuwei liverpool liwei liyang login logon london longfeng "
    "love lovely loveme lover loveyou lucas lucky lucy luffy madonna maggie magic mama manager manchester mango "
    "march maria mario mary master matrix matthew may meili meimei meinv meituan meiyou melissa mercedes merlin "
    "metallica michael michelle mickey microsoft milan mima minecraft minnie monday money mongodb monkey morning "
    "moscow motdepasse music mustang mysql nainai nancy nanjing naruto netease netflix network never newyork nginx "
    "nicholas nicole night nihao nihaoma nimen ninja nintendo nirvana nishi nobody nokia nothing november nurse "
    "nver october office olivia onepiece online open opensesame operator oppo oracle orange organiser organizer "
    "owner panda paris parola pass passphrase passwd password passwort patrick patriots peace peach pengyou pepper "
    "peter phoenix piano piaoliang pikachu pilot pinduoduo pingan pingpong pink pirate pizza playstation pokemon "
    "police porsche postgres potter prince princess private public puppy purple pwd qaz qazwsx qinai qinaide "
    "qingdao qq qqcom qqmima queen qwe qweasd qweasdzxc qwerty qwertz rabbit raiders rainbow ranger raymond "
    "realmadrid red redis redsox registration renmin rich robert roblox rock rockstar ronald root rose roundtable "
    "russia ruth ryan sakura samantha sample samsung samuel samurai sandra sanguo saturday school scott secret "
    "secure security senha seoul september server service sex sexy shadow shanghai sharon shengri shengrikuaile "
    "shenzhen shit shuaige shuihu signin signup silver singapore slipknot snake snoopy soccer soldier something "
    "sonic sophia sophie spain spider spiderman spring starcraft startrek starwars steelers stephanie stephen "
    "strawberry student sugar summer sunday sunflower sunshine sunwei sunwukong superman superuser support susan "
    "suzhou sweet sweetie swimming sydney sysadmin system taipei taishan taiwan tangseng taobao tashi taylor "
    "teacher team temp temporary tencent tengxun tennis test tester testing texas thomas thursday tiananmen "
    "tianjin tiantian tiger tigger timothy tmall today tokyo tom tomorrow tongxue tony tournament toyota trust "
    "trustno tuesday turtle twitter tyler ubuntu unicorn university user username users usuario vivo volleyball "
    "wachtwoord wangchao wangfang wangji wangjimima wangjing wanglei wangqiang wangwei wangwu wangxiu wangyan "
    "wangyi warcraft warrior website wechat wednesday weibo weixin welcome whatever white william willkommen "
    "windows winner winnie winter wizard woaibaba woaibeijing woaimama woaini woaini1314 woaiwo woaiwojia "
    "woaiwomen woaizhongguo wodemima wohenni wolf women work woshi woshishui wsx wuhan wujing wukong xbox xiamen "
    "xian xiaogou xiaohong xiaohua xiaoli xiaomao xiaomi xiaoming xiaoqiang xiaotu xiaowang xiaozhang xihu xingfu "
    "xinnian xiongmao xiyouji xuesheng xuexiao xxx yamaha yangyang yankees yellow yeye yongyuan youtube yuanzhuo "
    "zelda zhangfei zhangjie zhangli zhangmin zhangsan zhangtao zhangwei zhaoliu zhaowei zhengzhou zhifubao zhihu "
    "zhongguo zhonghua zhouwei zhubajie zhugeliang zhujun zxc zxcvbn zxcvbnm zzz";

constexpr std::size_t CountWords(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

template <std::size_t Count>
constexpr std::array<std::string_view, Count> Split(std::string_view text) {
    std::array<std::string_view, Count> words;
    for (std::string_view& word : words) {
        const std::size_t end = std::min(text.find(' '), text.size());
        word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

constexpr auto kStems = Split<CountWords(kStemText)>(kStemText);
static_assert(std::is_sorted(kStems.begin(), kStems.end()));

// Numbers that mean something to many: shapes on a keypad, sayings, constants.
constexpr std::array kNumbers = std::to_array<std::string_view>(
    {"11223344", "112233445566", "12344321",   "1234554321",     "1314520",   "13145200",  "14725836",  "147258369",
     "14789632", "159357",       "159753",     "159753456",      "20082008",  "31415926",  "314159265", "456123789",
     "5201314",  "52013140",     "5201314520", "52013145201314", "741852963", "789456123", "963852741", "987456321"});
static_assert(std::is_sorted(kNumbers.begin(), kNumbers.end()));

constexpr std::size_t kTailMax = 6;       // of any digits and marks beside a stem
constexpr std::size_t kInitialsMax = 3;   // letters beside a date or a number
constexpr std::size_t kWalkPieceMin = 3;  // keys in a row that make a walk
constexpr std::size_t kRepeatedMax = 4;   // longest piece that a repetition repeats

bool IsLetter(char c) {
    return c >= 'a' && c <= 'z';
}
bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}
bool AllDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

bool IsStem(std::string_view text) {
    return std::binary_search(kStems.begin(), kStems.end(), text);
}

std::string Reversed(std::string_view text) {
    return {text.rbegin(), text.rend()};
}

// Every byte is the one before it plus the same step of -1, 0 or 1; 9 may go on to 0.
bool IsRun(std::string_view text) {
    for (const int step : {-1, 0, 1}) {
        bool run = true;
        for (std::size_t i = 1; i < text.size() && run; ++i) {
            const int difference = text[i] - text[i - 1];
            const bool wraps = (step == 1 && text[i - 1] == '9' && text[i] == '0') ||
                               (step == -1 && text[i - 1] == '0' && text[i] == '9');
            run = difference == step || wraps;
        }
        if (run) return true;
    }
    return false;
}

bool IsRepetition(std::string_view text) {
    for (std::size_t period = 1; period <= kRepeatedMax && period * 2 <= text.size(); ++period) {
        if (text.substr(period) == text.substr(0, text.size() - period)) return true;
    }
    return false;
}

struct Key {
    int row = 0;
    int column = 0;
};

std::optional<Key> KeyOf(char c) {
    constexpr std::array<std::string_view, 8> kRows{"`1234567890-=",  "~!@#$%^&*()_+", " qwertyuiop[]\\",
                                                    " qwertyuiop{}|", " asdfghjkl;'",  " asdfghjkl:\"",
                                                    " zxcvbnm,./",    " zxcvbnm<>?"};
    for (std::size_t row = 0; row < kRows.size(); ++row) {
        const std::size_t column = kRows.at(row).find(c);
        if (column != std::string_view::npos && c != ' ') {
            return Key{static_cast<int>(row / 2), static_cast<int>(column)};
        }
    }
    return std::nullopt;
}

// Neighbours on a keyboard all along, in pieces of some length.
bool IsWalk(std::string_view text) {
    std::size_t piece = 0;
    std::optional<Key> last;
    for (const char c : text) {
        const auto key = KeyOf(c);
        if (!key) return false;
        const bool near = last && std::abs(key->row - last->row) <= 1 && std::abs(key->column - last->column) <= 1;
        if (last && !near) {
            if (piece < kWalkPieceMin) return false;
            piece = 0;
        }
        ++piece;
        last = key;
    }
    return piece >= kWalkPieceMin;
}

int Number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

bool IsMonthDay(std::string_view month, std::string_view day) {
    return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}

// yyyymmdd, ddmmyyyy, mmddyyyy; yymmdd, ddmmyy.
bool IsDate(std::string_view text) {
    if (!AllDigits(text)) return false;
    const auto year = [](std::string_view digits) { return Number(digits) >= 1900 && Number(digits) <= 2099; };
    const auto two = [&](std::size_t at) { return text.substr(at, 2); };
    if (text.size() == 8) {
        return (year(text.substr(0, 4)) && IsMonthDay(two(4), two(6))) ||
               (year(text.substr(4)) && (IsMonthDay(two(2), two(0)) || IsMonthDay(two(0), two(2))));
    }
    return text.size() == 6 && (IsMonthDay(two(2), two(4)) || IsMonthDay(two(2), two(0)));
}

bool IsPhone(std::string_view text) {
    return text.size() == 11 && AllDigits(text) && text[0] == '1' && text[1] >= '3';
}

// Digits and marks that add little to what they stand beside.
bool IsWeakTail(std::string_view text) {
    return text.size() <= kTailMax || IsRun(text) || IsRepetition(text) || IsDate(text) || IsPhone(text) ||
           std::binary_search(kNumbers.begin(), kNumbers.end(), text);
}

// Digits and marks as the letters they stand for.
std::string Unmasked(std::string_view text, char one) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '@':
            case '4':
                out += 'a';
                break;
            case '3':
                out += 'e';
                break;
            case '!':
            case '1':
                out += one;
                break;
            case '0':
                out += 'o';
                break;
            case '$':
            case '5':
                out += 's';
                break;
            case '7':
            case '+':
                out += 't';
                break;
            case '8':
                out += 'b';
                break;
            default:
                out += c;
        }
    }
    return out;
}

bool IsMadeOfStems(std::string_view text) {
    if (IsStem(text) || IsStem(Reversed(text))) return true;
    for (std::size_t cut = 2; cut + 2 <= text.size(); ++cut) {
        if (IsStem(text.substr(0, cut)) && IsStem(text.substr(cut))) return true;
    }
    return false;
}

// With digits and marks taken off both ends.
bool IsDecoratedStem(std::string_view text) {
    const auto begin = std::find_if(text.begin(), text.end(), IsLetter);
    const auto end = std::find_if(text.rbegin(), text.rend(), IsLetter).base();
    if (begin >= end) return false;
    const std::string_view core(begin, end);
    const std::string_view before(text.begin(), begin);
    const std::string_view after(end, text.end());
    if (!IsWeakTail(before) || !IsWeakTail(after)) return false;
    if (before.size() + after.size() > kTailMax && !before.empty() && !after.empty()) return false;
    if (IsMadeOfStems(core) || IsMadeOfStems(Unmasked(core, 'i')) || IsMadeOfStems(Unmasked(core, 'l'))) return true;
    // Somebody's initials and birthday; a few letters and a run.
    const std::string_view number = before.empty() ? after : before;
    const bool initials = core.size() <= kInitialsMax && std::all_of(core.begin(), core.end(), IsLetter);
    return initials && number.size() >= 5 && (before.empty() || after.empty()) &&
           (IsRun(number) || IsRepetition(number) || IsDate(number) || IsPhone(number) ||
            std::binary_search(kNumbers.begin(), kNumbers.end(), number));
}

}  // namespace

bool IsCommonPassword(std::string_view lower) {
    if (IsRun(lower) || IsRepetition(lower) || IsWalk(lower) || IsDate(lower) || IsPhone(lower)) return true;
    if (std::binary_search(kNumbers.begin(), kNumbers.end(), lower)) return true;
    // "passwordpassword", of any stem.
    if (lower.size() % 2 == 0 && lower.substr(0, lower.size() / 2) == lower.substr(lower.size() / 2) &&
        IsMadeOfStems(lower.substr(0, lower.size() / 2))) {
        return true;
    }
    return IsDecoratedStem(lower) || IsDecoratedStem(Unmasked(lower, 'i')) || IsDecoratedStem(Unmasked(lower, 'l'));
}

bool IsBuiltOn(std::string_view lower, std::string_view word) {
    if (word.size() < kInitialsMax) return false;
    const std::size_t at = lower.find(word);
    const std::size_t turned = at == std::string_view::npos ? lower.find(Reversed(word)) : at;
    if (turned == std::string_view::npos) return false;
    const std::string_view before = lower.substr(0, turned);
    const std::string_view after = lower.substr(turned + word.size());
    const auto no_letter = [](std::string_view text) { return std::none_of(text.begin(), text.end(), IsLetter); };
    if (after == word && before.empty()) return true;
    return no_letter(before) && no_letter(after) && IsWeakTail(before) && IsWeakTail(after);
}

}  // namespace rt::auth::domain
