#include "net/router.h"

#include <algorithm>
#include <set>

namespace rt::net {
namespace {

// "a/b/c" -> "a"; `rest` becomes "b/c", `last` says that no slash followed.
std::string_view TakeSegment(std::string_view& rest, bool& last) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    last = slash == std::string_view::npos;
    rest = last ? std::string_view() : rest.substr(slash + 1);
    return segment;
}

Error BadPattern(const std::string& name, std::string_view why) {
    return Fail(Code::kInvalid, "route " + name + ": " + std::string(why));
}

bool IsParameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// The parameter that names the thing a permission is asked for.
bool NamesItsScope(const Route& route) {
    if (route.scope == Scope::kPlatform || route.scope == Scope::kAnywhere) return true;
    return route.pattern.find("{" + std::string(Word(route.scope)) + "}") != std::string::npos;
}

Status CheckPermission(const Route& route) {
    if (route.permission == Permission::kNone) return Ok();
    if (route.access != Access::kUser) return BadPattern(route.name, "a permission goes with access kUser");
    if (route.run == Run::kInline) return BadPattern(route.name, "a permission is not checked inline");
    if (!NamesItsScope(route)) return BadPattern(route.name, "no parameter names the scope of the permission");
    return Ok();
}

// Those that only the platform's own staff hold: of the whole platform, but for making organisations, which is every
// organiser's.
PermissionSet StaffPermissions() {
    PermissionSet out;
    for (std::size_t i = 0; i < kPermissionCount; ++i) {
        const Permission one = PermissionAt(i);
        if (Info(one).narrowest == Scope::kPlatform && one != Permission::kOrgCreate) out |= PermissionSet{one};
    }
    return out;
}

}  // namespace

Result<Router> Router::Make(const RouteTable& routes, const std::vector<SocketRoute>& sockets, std::string api_prefix) {
    Router router;
    router.api_prefix_ = std::move(api_prefix);
    std::set<std::string_view> names;
    const PermissionSet staff = StaffPermissions();
    for (const Route& route : routes) {
        if (!names.insert(route.name).second) return BadPattern(route.name, "the name is taken");
        if (!route.handler) return BadPattern(route.name, "no handler");
        RT_CHECK_OK(CheckPermission(route));
        RT_TRY(Leaf * leaf, router.Insert(route.name, route.pattern));
        auto& slot = leaf->routes.at(static_cast<std::size_t>(route.method));
        if (slot != nullptr) return BadPattern(route.name, "method and pattern are those of " + slot->name);
        slot = &route;
        leaf->for_all = leaf->for_all || route.holders != Holders::kOnly || !staff.Has(route.permission);
    }
    for (const SocketRoute& socket : sockets) {
        if (!names.insert(socket.name).second) return BadPattern(socket.name, "the name is taken");
        RT_TRY(Leaf * leaf, router.Insert(socket.name, socket.pattern));
        if (leaf->socket != nullptr) return BadPattern(socket.name, "the pattern is that of " + leaf->socket->name);
        leaf->socket = &socket;
        leaf->for_all = true;
    }
    return router;
}

Result<Router::Leaf*> Router::Insert(const std::string& name, std::string_view pattern) {
    if (!pattern.starts_with('/')) return BadPattern(name, "a pattern begins with /");
    Node* node = root_.get();
    std::vector<std::string> names;
    std::string_view rest = pattern.substr(1);
    bool last = false;
    while (!last) {
        const std::string_view segment = TakeSegment(rest, last);
        if (!IsParameter(segment)) {
            if (segment.find_first_of("{}*") != std::string_view::npos)
                return BadPattern(name, "a stray brace or star");
            auto& child = node->literals[std::string(segment)];
            if (!child) child = std::make_unique<Node>();
            node = child.get();
            continue;
        }
        const bool takes_rest = segment[segment.size() - 2] == '*';
        names.emplace_back(segment.substr(1, segment.size() - (takes_rest ? 3 : 2)));
        if (takes_rest) {
            if (!last) return BadPattern(name, "a {rest*} stands last");
            if (!node->rest) node->rest = std::make_unique<Leaf>();
            break;
        }
        if (!node->parameter) node->parameter = std::make_unique<Node>();
        node = node->parameter.get();
    }
    const bool ends_in_rest = pattern.ends_with("*}");
    Leaf& leaf = ends_in_rest ? *node->rest : node->here;
    if (leaf.used && leaf.names != names)
        return BadPattern(name, "another route of this pattern names its parameters otherwise");
    leaf.used = true;
    leaf.names = std::move(names);
    return &leaf;
}

const Router::Leaf* Router::Walk(const Node& node, std::string_view rest, bool below_api, Values& values) const {
    bool last = false;
    std::string_view tail = rest;
    const std::string_view segment = TakeSegment(tail, last);
    const auto descend = [&](const Node& child) -> const Leaf* {
        if (!last) return Walk(child, tail, below_api, values);
        return child.here.used ? &child.here : nullptr;
    };
    if (const auto found = node.literals.find(segment); found != node.literals.end()) {
        if (const Leaf* leaf = descend(*found->second)) return leaf;
    }
    if (node.parameter && !segment.empty()) {
        values.push_back(segment);
        if (const Leaf* leaf = descend(*node.parameter)) return leaf;
        values.pop_back();
    }
    if (node.rest && !(below_api && &node == root_.get())) {
        values.push_back(rest);
        return node.rest.get();
    }
    return nullptr;
}

std::string Router::AllowOf(const Leaf& leaf) {
    std::string allow;
    const auto add = [&](Method method) { allow.append(allow.empty() ? "" : ", ").append(Name(method)); };
    bool get = leaf.socket != nullptr;
    for (std::size_t i = 0; i < kMethodCount; ++i) {
        const auto method = static_cast<Method>(i);
        get = get || (method == Method::kGet && leaf.routes[i] != nullptr);
        if (leaf.routes[i] != nullptr || (method == Method::kHead && get && leaf.socket == nullptr) ||
            (method == Method::kGet && get)) {
            add(method);
        }
    }
    if (leaf.routes.at(static_cast<std::size_t>(Method::kOptions)) == nullptr) add(Method::kOptions);
    return allow;
}

RouteMatch Router::Find(Method method, std::string_view path) const {
    RouteMatch match;
    if (!path.starts_with('/')) return match;
    const bool below_api = !api_prefix_.empty() && path.starts_with(api_prefix_) &&
                           (path.size() == api_prefix_.size() || path[api_prefix_.size()] == '/');
    Values values;
    const Leaf* leaf = Walk(*root_, path.substr(1), below_api, values);
    if (leaf == nullptr) return match;
    match.socket = leaf->socket;
    match.for_staff = !leaf->for_all;
    match.route = leaf->routes.at(static_cast<std::size_t>(method));
    if (match.route == nullptr && method == Method::kHead) {
        match.route = leaf->routes.at(static_cast<std::size_t>(Method::kGet));
    }
    if (match.route == nullptr) match.allow = AllowOf(*leaf);
    for (std::size_t i = 0; i < leaf->names.size() && i < values.size(); ++i) {
        match.params.emplace_back(leaf->names[i], std::string(values[i]));
    }
    return match;
}

}  // namespace rt::net
