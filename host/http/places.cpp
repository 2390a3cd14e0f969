#include "http/places.h"
#include "observe/logging.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace adomcp::http {
namespace {

using Phase = Watchdog::Phase;

constexpr std::size_t kSmallestShare = 4;
constexpr std::size_t kHealthShare = 2;
constexpr std::size_t kNever = 0;
constexpr std::chrono::seconds kPatience{1};
constexpr std::chrono::milliseconds kLookAgain{10};

bool is_idle(Phase phase) {
  return phase == Phase::kIdle || phase == Phase::kLingering;
}

bool is_waiting(Phase phase) {
  return is_idle(phase) || phase == Phase::kReading || phase == Phase::kSending;
}

}  // namespace

struct Places::Candidate {
  Place* place;
  std::size_t rank;
  Deadline::Clock::time_point since;

  /// For a heap whose top is the first to go: who has waited longest among those of equal rank.
  bool operator<(const Candidate& other) const {
    return std::tie(rank, other.since) < std::tie(other.rank, since);
  }
};

Places::Places(const ServerSettings& server, bool sign_in, std::chrono::milliseconds grace,
               observe::Metrics& metrics, std::shared_ptr<spdlog::logger> log)
    : most_(server.limits.connections),
      share_(std::max(kSmallestShare, most_ / 4)),
      sign_in_(sign_in),
      grace_(grace),
      addresses_(server.trusted_proxies),
      metrics_(metrics),
      log_(std::move(log)) {}

Places::~Places() = default;

std::unique_ptr<Places::Place> Places::enter(const std::string& peer) {
  const bool proxy = addresses_.trusts(peer);
  const std::string network = proxy ? std::string() : ClientAddress::network(peer);
  const std::lock_guard lock(mutex_);
  // Without sign-in all are strangers, so that their number alone says nothing.
  if (sign_in_ && strangers_of(network) >= share_) hurry_one(network);
  Kind kind = Kind::kFull;
  if (full_ >= most_ && !make_room(Among::kStrangers, network)) {
    if (health_ >= kHealthPlaces && !make_room(Among::kHealth, network)) {
      metrics_.rate_limited("connections");
      return nullptr;
    }
    kind = Kind::kHealth;
  }
  std::unique_ptr<Place> place(new Place(*this, network, kind));
  places_.insert(place.get());
  ++count(kind);
  if (!proxy) ++strangers_[network];
  return place;
}

/// With the lock held, as all that follows. Takes the first that really waits: what its client has
/// sent meanwhile, or begun to read, spares a connection.
bool Places::make_room(Among among, const std::string& network) {
  if (leaving_ >= kMostLeaving) return false;
  for (auto found = candidates(among, network); !found.empty(); found.pop_back()) {
    std::pop_heap(found.begin(), found.end());
    Place& place = *found.back().place;
    if (!place.ticket_->yield()) continue;
    leave(place);
    place.yielded_ = true;
    ++leaving_;
    metrics_.rate_limited("connections");
    log_->debug("http: a connection from {} gave way to another one",
                place.network_.empty() ? "a proxy" : place.network_);
    return true;
  }
  return false;
}

/// Those that come all at once have the time to say who they are.
void Places::hurry_one(const std::string& network) {
  for (auto found = candidates(Among::kSameNetwork, network); !found.empty(); found.pop_back()) {
    std::pop_heap(found.begin(), found.end());
    if (!found.back().place->ticket_->hurry(Deadline::after(grace_))) continue;
    metrics_.rate_limited("connections");
    return;
  }
}

std::vector<Places::Candidate> Places::candidates(Among among, const std::string& network) const {
  std::vector<Candidate> found;
  for (Place* place : places_) {
    if (!is_among(among, *place, network)) continue;
    const auto [phase, since] = place->ticket_->now();
    const std::size_t rank = rank_of(*place, phase);
    if (rank != kNever) found.push_back({place, rank, since});
  }
  std::make_heap(found.begin(), found.end());
  return found;
}

bool Places::is_among(Among among, const Place& place, const std::string& network) {
  if (place.ticket_ == nullptr || place.yielded_ || place.kind_ == Kind::kStream) return false;
  switch (among) {
    case Among::kSameNetwork:
      return !place.known_ && place.network_ == network;
    case Among::kStrangers:
      return !place.known_ && place.kind_ == Kind::kFull;
    case Among::kHealth:
      return place.kind_ == Kind::kHealth;
    case Among::kAll:
      return place.kind_ == Kind::kFull;
  }
  return false;
}

std::size_t Places::strangers_of(const std::string& network) const {
  const auto found = strangers_.find(network);
  return found == strangers_.end() ? 0 : found->second;
}

/// The highest goes first: strangers, and among those who come from where more than a share does.
std::size_t Places::rank_of(const Place& place, Phase phase) const {
  if (place.known_) return is_idle(phase) ? 1 : kNever;
  if (!is_waiting(phase)) return kNever;
  const std::size_t share = place.kind_ == Kind::kHealth ? kHealthShare : share_;
  return 1 + std::max(share, strangers_of(place.network_));
}

bool Places::anybody_waits() const {
  return std::any_of(places_.begin(), places_.end(), [this](const Place* place) {
    return is_among(Among::kAll, *place, {}) &&
           rank_of(*place, place->ticket_->now().first) != kNever;
  });
}

void Places::leave(const Place& place) {
  if (place.kind_ == Kind::kStream) return;
  --count(place.kind_);
  freed_.notify_all();
  forget_stranger(place);
}

void Places::forget_stranger(const Place& place) {
  if (place.known_) return;
  const auto found = strangers_.find(place.network_);
  if (found != strangers_.end() && --found->second == 0) strangers_.erase(found);
}

Places::Place::Place(Places& places, std::string network, Kind kind)
    : places_(places), network_(std::move(network)), kind_(kind) {}

Places::Place::~Place() {
  const std::lock_guard lock(places_.mutex_);
  places_.places_.erase(this);
  if (yielded_) {
    --places_.leaving_;
  } else {
    places_.leave(*this);
  }
}

void Places::Place::bind(Watchdog::Ticket& ticket) {
  const std::lock_guard lock(places_.mutex_);
  ticket_ = &ticket;
}

bool Places::Place::may_move_up() const {
  const std::lock_guard lock(places_.mutex_);
  const bool may = places_.full_ < places_.most_ || places_.anybody_waits();
  if (!may) places_.metrics_.rate_limited("connections");
  return may;
}

bool Places::Place::move_up() {
  std::unique_lock lock(places_.mutex_);
  const Deadline until = Deadline::after(kPatience);
  while (places_.full_ >= places_.most_ && !places_.make_room(Among::kAll, network_)) {
    if (until.passed() || !places_.anybody_waits()) {
      places_.metrics_.rate_limited("connections");
      return false;
    }
    // Those who wait have sent something just now, and will wait again.
    places_.freed_.wait_for(lock, kLookAgain);
  }
  --places_.health_;
  ++places_.full_;
  kind_ = Kind::kFull;
  return true;
}

void Places::Place::signed_in() {
  if (known_ || !places_.sign_in_) return;
  const std::lock_guard lock(places_.mutex_);
  if (!yielded_) places_.forget_stranger(*this);
  known_ = true;
}

void Places::Place::become_stream() {
  const std::lock_guard lock(places_.mutex_);
  if (yielded_ || kind_ == Kind::kStream) return;
  places_.leave(*this);
  kind_ = Kind::kStream;
}

}  // namespace adomcp::http
