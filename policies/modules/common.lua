-- SPDX-License-Identifier: Apache-2.0
-- Functions and presets for sites: local common = use "modules/common.lua".
-- Nothing here takes effect unless a policy names it.

local reading = set { "GET", "HEAD", "OPTIONS" }

return {
  -- Everybody may read; who changes something must show a certificate of the
  -- site's trusts: request = common.changes.request.
  changes = {
    request = function(req)
      if not reading:contains(req.method) then
        return need_certificate {
          why = "changes need a certificate", tell = true,
        }
      end
    end,
  },

  -- Browsers, which offer h2, are not asked and see no picker; all else is
  -- asked: client_hello = common.machines.client_hello.
  machines = {
    client_hello = function(hello)
      if hello:offers_alpn "h2" then
        return ask.none { why = "looks like a browser" }
      end
    end,
  },

  -- What a late need becomes for scripts: 403 with words that a developer
  -- understands, on a connection that ends.
  late_for_scripts = {
    status = 403, hresult = 0, close = true,
    title  = "Send the client certificate when you connect",
    detail = "This connection was made without one. Connect again, and "
      .. "present the certificate in the handshake.",
  },
}
