#include "ingest/sandbox.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <array>
#include <cerrno>
#include <memory>

namespace peregrine::ingest {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool built_in = false;
#else
constexpr bool built_in = true;
#endif

void limit(__rlimit_resource resource, std::uint64_t most) {
  const rlimit both{most, most};
  ::setrlimit(resource, &both);  // a limit that is lower already stays
}

/// What computing in threads and talking over open sockets needs.
constexpr auto allowed = std::to_array<int>({
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    SCMP_SYS(shutdown),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getcpu),
});

/// What no reader ever does: whoever tries is not our code.
constexpr auto deadly = std::to_array<int>({
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(truncate),
    SCMP_SYS(ftruncate),
    SCMP_SYS(creat),
    SCMP_SYS(mkdir),
    SCMP_SYS(kill),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(link),
    SCMP_SYS(symlink),
    SCMP_SYS(mount),
    SCMP_SYS(setuid),
    SCMP_SYS(keyctl),
    SCMP_SYS(bpf),
    SCMP_SYS(io_uring_setup),
});

bool filter_calls() {
  struct Release {
    void operator()(void* filter) const { ::seccomp_release(filter); }
  };
  const std::unique_ptr<void, Release> filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return false;
  bool made = ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  for (const int call : allowed) made = ::seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) == 0 && made;
  for (const int call : deadly) ::seccomp_rule_add(filter.get(), SCMP_ACT_KILL_PROCESS, call, 0);
  for (const std::uint64_t bit :
       {std::uint64_t{O_WRONLY}, std::uint64_t{O_RDWR}, std::uint64_t{O_CREAT}, std::uint64_t{O_TRUNC}}) {
    ::seccomp_rule_add(filter.get(), SCMP_ACT_KILL_PROCESS, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, bit, bit));
    ::seccomp_rule_add(filter.get(), SCMP_ACT_KILL_PROCESS, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, bit, bit));
  }
  return made && ::seccomp_load(filter.get()) == 0;
}

}  // namespace

bool sandbox_is_built_in() {
  return built_in;
}

bool enter_sandbox(std::uint64_t memory_bytes) {
  limit(RLIMIT_CORE, 0);
  if constexpr (!built_in) return true;
  ::prctl(PR_SET_DUMPABLE, 0);
  // Written private memory, not address space: Arrow and the allocator reserve far more addresses than they use.
  limit(RLIMIT_DATA, memory_bytes);
  limit(RLIMIT_NOFILE, 16);
  limit(RLIMIT_FSIZE, 0);
  // Every block asks for the same sizes again: kept instead of given back, they need not be cleared by the kernel.
  constexpr int keep_bytes = 256 << 20;
  ::mallopt(M_MMAP_THRESHOLD, keep_bytes);
  ::mallopt(M_TRIM_THRESHOLD, keep_bytes);
  ::mallopt(M_ARENA_MAX, 4);
  return filter_calls();
}

}  // namespace peregrine::ingest
