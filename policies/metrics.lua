-- SPDX-License-Identifier: Apache-2.0
-- What the gateway counts, for Prometheus, behind the gateway's own policy.
--
-- For whom: whoever watches a gateway that `yett run` runs. "app:metrics" is
-- the page that it has of itself; there is no port besides those of the policy.
-- What it does: metrics.example asks in the handshake and refuses there
-- whoever has no certificate of the monitoring.
-- What it costs: nothing: a scraper has a certificate or does not get in, and
-- sites beside this one are not asked more than before.
-- What to change: the names, the files; add your own sites, or add this site to
-- your policy. Prometheus' side of it:
--     scheme: https
--     tls_config: { ca_file: ..., cert_file: ..., key_file: ... }
listen "0.0.0.0:9443"

trust "monitoring" { ca = "pki/monitoring-ca.pem" }

site "metrics.example" {
  key         = "pki/metrics",           -- metrics.pem and metrics.key
  upstream    = "app:metrics",
  trust       = "monitoring",
  certificate = "require",

  request = function(req)
    if req.path ~= "/metrics" then
      return deny { status = 404, why = "there is /metrics only" }
    end
  end,
}
