/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.c - a program under test: what it says, what it uses, how it ends.
 *
 * A thread reads its standard output and error, so that it never waits for the
 * play. It dies with the rig.
 */
#include "rig/rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

#define TYPE "rig.process"
#define ARGUMENTS_MAX 15

/* Shared: the lock guards all of `said` and `ended`. */
struct process {
	pid_t pid;   /* 0: none */
	int exited;  /* its status word, -1 while it runs */
	int pipe_fd; /* of its output; the thread's */
	bool reading;
	pthread_t reader;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct yett_buf said; /* never consumed */
	bool ended;           /* no more will be said */
};

static void *
read_all(void *arg)
{
	struct process *process = arg;
	char bytes[4096];
	ssize_t got;

	do {
		got = read(process->pipe_fd, bytes, sizeof(bytes));
		pthread_mutex_lock(&process->lock);
		if (got > 0 &&
		    yett_buf_append(&process->said,
			(struct yett_slice){ bytes, (size_t)got }) != YETT_OK)
			got = 0;
		process->ended = got <= 0;
		pthread_cond_broadcast(&process->more);
		pthread_mutex_unlock(&process->lock);
	} while (got > 0);
	return NULL;
}

/* The child's side of fork(): never returns. */
static void
become(char *const *arguments, int output)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	execv(arguments[0], arguments);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", arguments[0],
	    strerror(errno));
	_exit(127);
}

static void
start(lua_State *L, struct process *process, char *const *arguments)
{
	pthread_condattr_t attributes;
	int ends[2];

	pthread_mutex_init(&process->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&process->more, &attributes);
	if (pipe2(ends, O_CLOEXEC) != 0)
		luaL_error(L, "pipe: %s", strerror(errno));
	process->pipe_fd = ends[0];
	process->pid = fork();
	if (process->pid == 0)
		become(arguments, ends[1]);
	close(ends[1]);
	if (process->pid < 0)
		luaL_error(L, "fork: %s", strerror(errno));
	process->reading = pthread_create(&process->reader, NULL, read_all,
			       process) == 0;
	if (!process->reading)
		luaL_error(L, "no thread");
}

/* rig.spawn { "/path/program", "argument", ... } -> process */
static int
spawn(lua_State *L)
{
	char *arguments[ARGUMENTS_MAX + 1] = { NULL };
	lua_Unsigned count = lua_rawlen(L, 1);
	struct process *process;

	luaL_argcheck(L, count >= 1 && count <= ARGUMENTS_MAX, 1,
	    "1 to 15 words");
	luaL_checkstack(L, ARGUMENTS_MAX, NULL);
	for (lua_Unsigned i = 0; i < count; i++) {
		lua_rawgeti(L, 1, (lua_Integer)i + 1);
		arguments[i] = (char *)(uintptr_t)luaL_checkstring(L, -1);
	}
	process = lua_newuserdatauv(L, sizeof(*process), 0);
	*process = (struct process){ .exited = -1, .pipe_fd = -1 };
	luaL_setmetatable(L, TYPE);
	start(L, process, arguments);
	return 1;
}

static struct process *
to_process(lua_State *L)
{
	return luaL_checkudata(L, 1, TYPE);
}

/* Find line `number` in what was said; false: it is not there (yet). */
static bool
find_line(const struct process *process, lua_Integer number,
    struct yett_slice *line)
{
	struct yett_slice rest = yett_buf_slice(&process->said);

	while (rest.len > 0) {
		const char *end = memchr(rest.at, '\n', rest.len);
		size_t len = end != NULL ? (size_t)(end - rest.at) : rest.len;

		if (end == NULL && !process->ended)
			return false;
		if (--number == 0) {
			*line = (struct yett_slice){ rest.at, len };
			return true;
		}
		if (end == NULL)
			return false;
		rest.at += len + 1;
		rest.len -= len + 1;
	}
	return false;
}

/* process:line(n, seconds) -> line n of what it said, or nil when it ended or
 * did not say it in time */
static int
process_line(lua_State *L)
{
	struct process *process = to_process(L);
	lua_Integer number = luaL_checkinteger(L, 2);
	uint64_t until = rig_deadline(rig_seconds(L, 3));
	struct timespec deadline = {
		.tv_sec = (time_t)(until / YETT_NS_PER_S),
		.tv_nsec = (long)(until % YETT_NS_PER_S),
	};
	struct yett_slice line = YETT_SLICE_NONE;
	char *copy = NULL;
	int late = 0;

	pthread_mutex_lock(&process->lock);
	while (
	    !find_line(process, number, &line) && !process->ended && late == 0)
		late = pthread_cond_timedwait(&process->more, &process->lock,
		    &deadline);
	if (line.at != NULL)
		copy = strndup(line.at, line.len);
	pthread_mutex_unlock(&process->lock);
	lua_pushstring(L, copy); /* NULL becomes nil */
	free(copy);
	return 1;
}

/* Take the exit status if it ended before `deadline`. */
static bool
reap(struct process *process, uint64_t deadline)
{
	int fd;

	if (process->exited >= 0 || process->pid <= 0)
		return true;
	fd = pidfd_open(process->pid, 0);
	if (fd < 0 || !rig_wait(fd, POLLIN, deadline)) {
		close(fd);
		return false;
	}
	close(fd);
	return waitpid(process->pid, &process->exited, 0) == process->pid;
}

/* process:wait(seconds) -> its exit code, or "signal N", or nil: it runs */
static int
process_wait(lua_State *L)
{
	struct process *process = to_process(L);

	if (!reap(process, rig_deadline(rig_seconds(L, 2))))
		lua_pushnil(L);
	else if (WIFEXITED(process->exited))
		lua_pushinteger(L, WEXITSTATUS(process->exited));
	else
		lua_pushfstring(L, "signal %d", WTERMSIG(process->exited));
	return 1;
}

/* process:stopped() -> waits until it has stopped itself; false: it ended */
static int
process_stopped(lua_State *L)
{
	struct process *process = to_process(L);
	siginfo_t info = { 0 };
	int result;

	do
		result = waitid(P_PID, (id_t)process->pid, &info,
		    WSTOPPED | WEXITED | WNOWAIT);
	while (result != 0 && errno == EINTR);
	lua_pushboolean(L, result == 0 && info.si_code == CLD_STOPPED);
	return 1;
}

/* process:signal("TERM") */
static int
process_signal(lua_State *L)
{
	static const char *const names[] = { "TERM", "HUP", "INT", "KILL",
		"CONT", "STOP", NULL };
	static const int numbers[] = { SIGTERM, SIGHUP, SIGINT, SIGKILL,
		SIGCONT, SIGSTOP };
	struct process *process = to_process(L);
	int choice = luaL_checkoption(L, 2, NULL, names);

	if (process->exited >= 0 || kill(process->pid, numbers[choice]) != 0)
		return luaL_error(L, "the process has ended");
	return 0;
}

static FILE *
open_proc(const struct process *process, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)process->pid, name);
	return fopen(path, "re");
}

static int
process_pid(lua_State *L)
{
	lua_pushinteger(L, to_process(L)->pid);
	return 1;
}

/* process:cpu() -> seconds of processor time that its threads used so far */
static int
process_cpu(lua_State *L)
{
	struct process *process = to_process(L);
	unsigned long long sum = 0;
	char path[64];
	struct dirent *entry;
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)process->pid);
	threads = opendir(path);
	if (threads == NULL)
		return luaL_error(L, "the process has ended");
	while ((entry = readdir(threads)) != NULL) {
		unsigned long long nanoseconds;
		FILE *file;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "task/%.16s/schedstat",
		    entry->d_name);
		file = open_proc(process, path);
		if (file == NULL)
			continue;
		if (fscanf(file, "%llu", &nanoseconds) == 1)
			sum += nanoseconds;
		fclose(file);
	}
	closedir(threads);
	lua_pushnumber(L, (lua_Number)sum / 1e9);
	return 1;
}

/* process:memory() -> bytes that are resident */
static int
process_memory(lua_State *L)
{
	unsigned long pages = 0;
	FILE *file = open_proc(to_process(L), "statm");

	if (file == NULL)
		return luaL_error(L, "the process has ended");
	if (fscanf(file, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(file);
	lua_pushinteger(L, (lua_Integer)pages * sysconf(_SC_PAGESIZE));
	return 1;
}

/* process:files() -> how many descriptors it holds */
static int
process_files(lua_State *L)
{
	struct process *process = to_process(L);
	lua_Integer count = 0;
	struct dirent *entry;
	char path[64];
	DIR *files;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)process->pid);
	files = opendir(path);
	if (files == NULL)
		return luaL_error(L, "the process has ended");
	while ((entry = readdir(files)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(files);
	lua_pushinteger(L, count);
	return 1;
}

static int
process_gc(lua_State *L)
{
	struct process *process = to_process(L);

	if (process->pid > 0 && process->exited < 0) {
		kill(process->pid, SIGKILL);
		(void)reap(process, rig_deadline(5)); /* nothing else to do */
	}
	process->pid = 0;
	if (process->reading)
		pthread_join(process->reader, NULL);
	process->reading = false;
	if (process->pipe_fd >= 0)
		close(process->pipe_fd);
	process->pipe_fd = -1;
	yett_buf_clear(&process->said);
	return 0;
}

void
rig_open_process(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{ "line", process_line },
		{ "wait", process_wait },
		{ "signal", process_signal },
		{ "stopped", process_stopped },
		{ "pid", process_pid },
		{ "cpu", process_cpu },
		{ "memory", process_memory },
		{ "files", process_files },
		{ NULL, NULL },
	};

	rig_type(L, TYPE, methods, process_gc);
	lua_pushcfunction(L, spawn);
	lua_setfield(L, -2, "spawn");
}
