#include "state/blob_store.h"

#include <charconv>

#include "core/text.h"
#include "core/time_text.h"

namespace adomcp::state {
namespace {

constexpr char kVersion[] = "2021-12-02";  // the first with everything used here
constexpr std::size_t kNonceLength = 32;
constexpr std::size_t kMaxBlob = kMaxValue + kNonceLength;
constexpr int kAttempts = 3;
constexpr std::chrono::milliseconds kPause{200};

Error failed(const std::string& what, const net::HttpReply& reply) {
  const auto code = reply.header("x-ms-error-code");
  Error error{ErrorCode::kUnavailable,
              "The state store answered " + std::to_string(reply.status) +
                  (code.empty() ? "" : " " + std::string(truncate_utf8(code, 64))) + " to " + what +
                  ".",
              {}};
  if (reply.status == 401 || reply.status == 403) {
    error.hint = "Give the host's identity the role Storage Blob Data Contributor there.";
  }
  return error;
}

}  // namespace

BlobStore::BlobStore(std::string container_url,
                     std::unique_ptr<outbound_identity::Credential> credential, const Clock& clock,
                     net::HttpClient http)
    : container_url_(std::move(container_url)),
      credential_(std::move(credential)),
      clock_(clock),
      client_(std::move(http)) {}

/// The value carries a nonce of this call, so that after an unclear end a look can tell whether it
/// was this call that created it.
Result<bool> BlobStore::create(const std::string& name, const std::string& value,
                               Clock::TimePoint expires_at, const Patience& patience) {
  if (auto good = check_entry(name, value); !good) return good.error();
  const std::string stored = random_id() + value;
  bool unclear = false;  // whether an attempt of this call may have arrived
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto created = put(Put::kNew, name, stored, epoch_seconds(expires_at), patience);
    if (!created && created.error().code != ErrorCode::kUnavailable) return created.error();
    if (created && *created == Created::kYes) return true;
    if (created && *created == Created::kNo && !unclear) return false;
    if (created && *created == Created::kNoContainer) {
      if (auto made = create_container(patience); !made) return made.error();
      continue;
    }
    unclear = true;
    const auto there = fetch(name, patience);
    if (there && *there) return **there == stored;
    if (there && created && *created == Created::kNo) return false;  // there, and long expired
    if (patience.cancel.wait_until(Deadline::after(kPause))) break;
  }
  return Error{ErrorCode::kUnavailable, "The state store does not say whether it took a value.",
               "Try again later."};
}

/// An unclear end is no matter here: the same value is written once more.
Status BlobStore::write(const std::string& name, const std::string& value,
                        Clock::TimePoint expires_at, const Patience& patience) {
  if (auto good = check_entry(name, value); !good) return good.error();
  const std::string stored = random_id() + value;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto put_there = put(Put::kAny, name, stored, epoch_seconds(expires_at), patience);
    if (!put_there && put_there.error().code != ErrorCode::kUnavailable) return put_there.error();
    if (put_there && *put_there == Created::kYes) return Done{};
    if (put_there && *put_there == Created::kNoContainer) {
      if (auto made = create_container(patience); !made) return made.error();
      continue;
    }
    if (patience.cancel.wait_until(Deadline::after(kPause))) break;
  }
  return Error{ErrorCode::kUnavailable, "The state store does not say whether it took a value.",
               "Try again later."};
}

Status BlobStore::remove(const std::string& name, const Patience& patience) {
  if (auto good = check_entry(name, {}); !good) return good.error();
  net::HttpRequest request;
  request.method = "DELETE";
  request.url = container_url_ + "/" + name;
  const auto reply = send(std::move(request), patience);
  if (!reply) return reply.error();
  if (reply->status == 202 || reply->status == 404) return Done{};
  return failed("a removal", *reply);
}

Result<BlobStore::Created> BlobStore::put(Put what, const std::string& name,
                                          const std::string& stored, std::int64_t expires_at,
                                          const Patience& patience) {
  net::HttpRequest request;
  request.method = "PUT";
  request.url = container_url_ + "/" + name;
  request.headers = {{"x-ms-blob-type", "BlockBlob"},
                     {"x-ms-meta-expires", std::to_string(expires_at)}};
  if (what == Put::kNew) request.headers.emplace_back("If-None-Match", "*");
  request.content_type = "application/octet-stream";
  request.body = stored;
  const auto reply = send(std::move(request), patience);
  if (!reply) return reply.error();
  if (reply->status == 201) return Created::kYes;
  if (reply->status == 409 || reply->status == 412) return Created::kNo;
  if (reply->status == 404) return Created::kNoContainer;
  if (reply->status >= 500) return Created::kUnclear;
  Error error = failed("a write", *reply);
  error.code = ErrorCode::kDenied;  // nothing was done, and nothing will be
  return error;
}

Status BlobStore::create_container(const Patience& patience) {
  net::HttpRequest request;
  request.method = "PUT";
  request.url = container_url_ + "?restype=container";
  const auto reply = send(std::move(request), patience);
  if (!reply) return reply.error();
  if (reply->status == 201 || reply->status == 409) return Done{};
  return failed("making the container", *reply);
}

Result<std::optional<std::string>> BlobStore::read(const std::string& name,
                                                   const Patience& patience) {
  if (auto good = check_entry(name, {}); !good) return good.error();
  auto stored = fetch(name, patience);
  if (!stored || !*stored) return stored;
  if ((*stored)->size() < kNonceLength) {
    return Error{
        ErrorCode::kUnavailable, "The shared store holds a record this version can't read.", {}};
  }
  return std::optional<std::string>((*stored)->substr(kNonceLength));
}

/// The whole stored text; nullopt when there is none or it has expired.
Result<std::optional<std::string>> BlobStore::fetch(const std::string& name,
                                                    const Patience& patience) {
  net::HttpRequest request;
  request.url = container_url_ + "/" + name;
  request.max_bytes = kMaxBlob;
  auto reply = send(std::move(request), patience);
  if (!reply) return reply.error();
  if (reply->status == 404) return std::optional<std::string>();
  if (reply->status != 200) return failed("a read", *reply);
  const auto text = reply->header("x-ms-meta-expires");
  std::int64_t expires_at = 0;
  std::from_chars(text.data(), text.data() + text.size(), expires_at);
  if (expires_at <= epoch_seconds(clock_.now())) return std::optional<std::string>();
  return std::optional<std::string>(std::move(reply->body));
}

/// Adds who asks; once more with a new token when the first is refused.
Result<net::HttpReply> BlobStore::send(net::HttpRequest request, const Patience& patience) {
  const auto headers = request.headers;
  for (bool again = false;; again = true) {
    const auto token = credential_->token(patience.deadline, patience.cancel);
    if (!token) return token.error();
    request.headers = headers;
    request.headers.emplace_back("Authorization", token->authorization);
    request.headers.emplace_back("x-ms-version", kVersion);
    request.headers.emplace_back("x-ms-date", http_date(clock_.now()));
    auto reply = client_.send(request, patience.deadline, patience.cancel);
    if (again || !reply || reply->status != 401) return reply;
    credential_->invalidate();
  }
}

}  // namespace adomcp::state
