/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket_activation.h - listening sockets that the service manager opened for
 * this process.
 *
 * systemd's protocol of socket activation, sd_listen_fds(3): LISTEN_PID is
 * this process, LISTEN_FDS is the number of descriptors from 3 on,
 * LISTEN_FDNAMES their names. The descriptors stay open; users get duplicates.
 */
#ifndef YETT_IO_SOCKET_ACTIVATION_H
#define YETT_IO_SOCKET_ACTIVATION_H

#include "io/address.h"

/*
 * A nonblocking duplicate of a socket named `name`; of several with that name,
 * `turn` chooses one. `bound` is told where it listens.
 * YETT_E_NOT_FOUND: none of that name was handed over; the fault lists those
 *                   that were
 * YETT_E_SYSTEM:    it is no TCP socket that listens
 */
YETT_MUST_USE
enum yett_status yett_socket_activation_open(int *out, struct yett_slice name,
    uint32_t turn, struct yett_address *bound, struct yett_fault *fault);

#endif
