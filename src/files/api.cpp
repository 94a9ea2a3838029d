#include "files/api.h"

#include <utility>

#include "base/parse.h"
#include "files/multipart.h"
#include "json/reader.h"
#include "net/credential.h"
#include "net/editing.h"
#include "net/file_body.h"
#include "net/upload.h"
#include "os/mapping.h"

namespace rt::files {
namespace {

using net::Request;
using net::Response;
using store::File;
namespace idempotency = storage::idempotency;

constexpr std::size_t kEnvelopeBytesMax = 16 << 10;  // of multipart, around the file
constexpr std::uint32_t kUploadCost = 1;
// Nothing in the file may run, load or be framed, should a browser ever take it for a page.
constexpr std::string_view kPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

class FilesApi {
  public:
    FilesApi(Service& service, std::string base) : service_(service), base_(std::move(base)) {}

    Result<Response> Upload(const Request& request) const {
        const Purpose* purpose = FindPurpose(request.Query("purpose").value_or(""));
        if (purpose == nullptr) return base::InvalidField("purpose", {"没有这种用途", "there is no such purpose"});
        if (static_cast<int>(request.principal.role) < static_cast<int>(purpose->uploader))
            return Fail(Code::kForbidden);
        if (!request.file) return base::InvalidField("file", {"没有文件", "there is no file"});
        RT_TRY(const os::Mapping mapping, os::Mapping::Make(request.file->descriptor(), request.file->size()));
        RT_TRY(const std::string_view bytes, BytesOf(request, mapping.view()));
        RT_TRY(auto key, KeyOf(request, mapping.view()));
        RT_TRY(auto answer,
               service_.Take({.purpose = purpose,
                              .bytes = bytes,
                              .owner = request.principal.user_id,
                              .client = request.client,
                              .request_id = request.request_id,
                              .via = net::Via(request.principal),
                              .key = std::move(key),
                              .answer = [this](const File& file) {
                                  return json::Encode(json::Object{{"success", true}, {"data", InfoJson(file)}});
                              }}));
        Response response;
        response.status = answer.status;
        response.content_type = "application/json; charset=utf-8";
        response.body = std::move(answer.body);
        if (answer.replayed) response.With("Idempotency-Replayed", "true");
        return response;
    }

    Result<Response> Get(const Request& request) const {
        RT_TRY(const File file, service_.Get(request, request.Param("file"), Wanted::kBytes));
        RT_TRY(const std::string path, service_.PathFor(file));
        const auto type = domain::TypeOf(file.type);
        if (!type.has_value()) return Fail(Code::kNotFound);
        const domain::TypeInfo& info = domain::Info(*type);
        RT_TRY(Response response, net::ServeFile(request, path, info.media_type));
        const Purpose* purpose = FindPurpose(file.purpose);
        const bool open = purpose != nullptr && purpose->reading == Reading::kEverybody;
        std::erase_if(response.headers, [](const net::Header& header) { return header.name == "Cache-Control"; });
        response.With("Content-Security-Policy", std::string(kPolicy))
            .With("Cache-Control", open ? "public, max-age=3600" : "private, no-store")
            .With("Content-Disposition", std::string(info.is_image ? "inline" : "attachment") + "; filename=\"" +
                                             file.public_id + "." + std::string(info.extension) + "\"");
        return response;
    }

    Result<Response> Info(const Request& request) const {
        RT_TRY(const File file, service_.Get(request, request.Param("file"), Wanted::kInfo));
        return net::Success(InfoJson(file));
    }

    Result<Response> Remove(const Request& request) const {
        RT_CHECK_OK(service_.Remove(request, request.Param("file")));
        return net::NoContent();
    }

    Result<Response> Mine(const Request& request) const {
        RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
        std::int64_t before = 0;
        if (!page.cursor.empty()) {
            before = base::ParseSigned(page.cursor).value_or(0);
            if (before <= 0) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
        }
        RT_TRY(auto files, service_.OfOwner(request.principal.user_id, before, page.limit + 1));
        std::string next;
        if (std::ssize(files) > page.limit) {
            files.resize(static_cast<std::size_t>(page.limit));
            next = std::to_string(files.back().id);
        }
        json::Array rows;
        for (const File& file : files) rows.emplace_back(InfoJson(file));
        return net::Page(std::move(rows), next);
    }

  private:
    json::Object InfoJson(const File& file) const {
        json::Object out{{"id", file.public_id}, {"purpose", file.purpose}, {"type", file.type}, {"bytes", file.bytes}};
        if (file.width > 0) {
            out.Set("width", file.width);
            out.Set("height", file.height);
        }
        out.Set("state", store::Name(file.state));
        out.Set("created", base::FormatRfc3339(file.created));
        out.Set("url", base_ + "/files/" + file.public_id);
        return out;
    }

    static Result<std::string_view> BytesOf(const Request& request, std::string_view body) {
        const std::string_view type = request.HeaderValue("content-type");
        if (!base::EqualsIgnoreAsciiCase(type.substr(0, std::string_view("multipart/").size()), "multipart/"))
            return body;
        const auto boundary = BoundaryOf(type);
        const auto file = boundary ? FileIn(body, *boundary) : std::nullopt;
        if (!file) return base::InvalidField("file", {"表单中应有且只有一个文件", "the form must hold one file"});
        return *file;
    }

    Result<idempotency::Key> KeyOf(const Request& request, std::string_view body) const {
        const std::string scope = "POST " + request.path + "?" + std::string(request.Query("purpose").value_or(""));
        RT_TRY(idempotency::Key out,
               idempotency::ReadKey(request.HeaderValue("idempotency-key"), request.principal.user_id, scope, body));
        if (!out.key.empty()) service_.SealAnswers(out);
        return out;
    }

    Service& service_;
    std::string base_;
};

}  // namespace

net::RouteTable Routes(Service& service, const ApiOptions& options) {
    const FilesApi api(service, options.base);
    net::RouteTable table;
    const auto add = [&](std::string name, net::Method method, std::string_view path, std::string summary,
                         Result<Response> (FilesApi::*handle)(const Request&) const) -> net::Route& {
        net::Route route;
        route.name = std::move(name);
        route.method = method;
        route.pattern = options.base + std::string(path);
        route.access = net::Access::kUser;
        route.rate_class = method == net::Method::kGet ? net::RateClass::kRead : net::RateClass::kWrite;
        route.summary = std::move(summary);
        route.handler = [api, handle](const Request& request) { return (api.*handle)(request); };
        table.push_back(std::move(route));
        return table.back();
    };
    net::Route& upload = add("file.upload", net::Method::kPost, "/files",
                             "Store a file (?purpose): its bytes as the body, or one file in multipart/form-data. What "
                             "it is, is told by its content.",
                             &FilesApi::Upload);
    upload.body = net::BodyKind::kFile;
    upload.body_bytes_max = static_cast<std::size_t>(service.options().bytes_max) + kEnvelopeBytesMax;
    upload.idempotency = net::Idempotency::kAccepted;
    upload.cost = kUploadCost;
    net::Route& get = add("file.get", net::Method::kGet, "/files/{file}",
                          "The bytes of a file, for those who may have it.", &FilesApi::Get);
    get.access = net::Access::kPublic;
    get.serves_ranges = true;
    add("file.info", net::Method::kGet, "/files/{file}/info", "What a file is, and whether it is ready.",
        &FilesApi::Info);
    add("file.delete", net::Method::kDelete, "/files/{file}", "Remove a file that nothing holds on to.",
        &FilesApi::Remove);
    add("me.files", net::Method::kGet, "/me/files", "One's own files, newest first.", &FilesApi::Mine);
    return table;
}

}  // namespace rt::files
