#include "core/fiber.h"

#include <boost/context/detail/fcontext.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

// boost.context's own fiber hides the functions around a change, which the sanitizers must see:
// hence the two functions of its assembler, as other libraries of fibers use them. The thread
// sanitizer counts entries and exits of functions, and must not count across a change.
#define ADOMCP_UNTRACED __attribute__((no_sanitize("thread")))
#define ADOMCP_INLINE __attribute__((always_inline))

namespace adomcp {
namespace {

namespace ctx = boost::context;

// Only what is touched takes memory. Whatever runs over meets a page that nobody may touch.
constexpr std::size_t kStackBytes = std::size_t{2} << 20;

/// One stack, as the sanitizers know it: they follow a thread from stack to stack, and are told of
/// each change just before and just after it.
class TracedStack {
 public:
  /// Of a fiber.
  TracedStack(const void* bottom, std::size_t size) : bottom_(bottom), size_(size) {
#if defined(__SANITIZE_THREAD__)
    traced_ = __tsan_create_fiber(0);
#endif
  }
  /// Of a thread.
  TracedStack() = default;

  /// Of a thread: what it runs on now.
  void be_current() {
#if defined(__SANITIZE_THREAD__)
    traced_ = __tsan_get_current_fiber();
#endif
  }

  /// Just before `to` goes on instead; `for_ever`: nothing comes back here.
  ADOMCP_INLINE void leave_for([[maybe_unused]] const TracedStack& to,
                               [[maybe_unused]] bool for_ever) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(for_ever ? nullptr : &fake_stack_, to.bottom_, to.size_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(to.traced_, 0);
#endif
  }

  /// Just after this goes on; `from` is what ran before it.
  ADOMCP_INLINE void go_on([[maybe_unused]] TracedStack& from) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack_, &from.bottom_, &from.size_);
#endif
  }

  void destroy() {
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(traced_);
#endif
  }

 private:
  [[maybe_unused]] const void* bottom_ = nullptr;
  [[maybe_unused]] std::size_t size_ = 0;
  [[maybe_unused]] void* fake_stack_ = nullptr;
  [[maybe_unused]] void* traced_ = nullptr;
};

}  // namespace

/// Whoever runs has no context: it gets one by leaving for the other.
struct Fiber::Contexts {
  ctx::protected_fixedsize_stack allocator{kStackBytes};
  ctx::stack_context stack = allocator.allocate();
  TracedStack own{static_cast<const char*>(stack.sp) - stack.size, stack.size};
  TracedStack base;  // of the thread that resumed it
  ctx::detail::fcontext_t own_context =
      ctx::detail::make_fcontext(stack.sp, stack.size, &Contexts::begin);
  ctx::detail::fcontext_t base_context = nullptr;
  bool ended = false;

  ~Contexts() {
    own.destroy();
    allocator.deallocate(stack);
  }

  /// Never returns: there is nothing below it.
  ADOMCP_UNTRACED static void begin(ctx::detail::transfer_t from) {
    auto& fiber = *static_cast<Fiber*>(from.data);
    Contexts& contexts = *fiber.contexts_;
    contexts.base_context = from.fctx;
    contexts.own.go_on(contexts.base);
    fiber.work_();
    contexts.ended = true;
    contexts.own.leave_for(contexts.base, /*for_ever=*/true);
    ctx::detail::jump_fcontext(contexts.base_context, nullptr);
  }
};

Fiber::Fiber(std::function<void()> work)
    : work_(std::move(work)), contexts_(std::make_unique<Contexts>()) {}

Fiber::~Fiber() = default;

bool Fiber::resume() {
  Contexts& contexts = *contexts_;
  TracedStack base;
  base.be_current();
  contexts.base = base;
  base.leave_for(contexts.own, /*for_ever=*/false);
  contexts.own_context = ctx::detail::jump_fcontext(contexts.own_context, this).fctx;
  base.go_on(contexts.own);
  return !contexts.ended;
}

void Fiber::rest() {
  Contexts& contexts = *contexts_;
  contexts.own.leave_for(contexts.base, /*for_ever=*/false);
  contexts.base_context = ctx::detail::jump_fcontext(contexts.base_context, nullptr).fctx;
  contexts.own.go_on(contexts.base);
}

}  // namespace adomcp
