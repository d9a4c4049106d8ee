-- SPDX-License-Identifier: Apache-2.0
-- The pages of an appliance, served by the program that embeds the gateway.
--
-- For whom: makers of devices with a small web interface. The program links
-- libyett and gives it the application "ui", for example with libmicrohttpd;
-- see yett_mhd.h. "yett run" has no such application.
-- What it does: answers under any name and address, to the local networks
-- only. Everyone there sees the state; changing something needs the
-- certificate of an operator; its update needs one of the maker.
-- What it costs: operators see the picker when they connect, others do not,
-- for their browsers have no certificate that fits.
-- What to change: the networks, the files, the paths; the limits are for a
-- small device.
gateway {
  workers  = 1,
  limits   = { connections = 200, connections_per_address = 20, body = "64MiB" },
  timeouts = { idle = "30s" },
}

listen "0.0.0.0:443"
listen "[::]:443"

trust "operators" { ca = "pki/operators.pem" }
trust "maker"     { ca = "pki/maker.pem", depth = 1 }

local near = cidr {
  "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
  "169.254.0.0/16", "::1/128", "fe80::/10", "fc00::/7",
}

site "*" {                               -- the device does not know its name
  key      = "pki/device",
  upstream = "app:ui",
  trust    = "operators",

  client_hello = function(hello)
    if not near:contains(hello.client_ip) then
      return refuse { why = "not from outside" }
    end
  end,

  path "/" { certificate = "none" },
  path "/settings" {
    certificate = "require",
    why = "operators only", tell = true,
  },
  path "/update" {
    certificate = "require",
    trust       = "maker",
    why = "updates come from the maker", tell = true,
  },
}
